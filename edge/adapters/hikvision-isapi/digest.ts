import { createHash, randomBytes } from 'node:crypto';

/** What a device asks for in `WWW-Authenticate: Digest` (RFC 7616). */
export interface Challenge {
  realm: string;
  nonce: string;
  algorithm: 'MD5' | 'SHA-256';
  opaque?: string;
  /** False for the older form of RFC 2069, which counts no requests. */
  hasQop: boolean;
}

/** Who signs in to a device, and for which request. */
export interface DigestRequest {
  username: string;
  password: string;
  method: string;
  /** Path and query. */
  uri: string;
  /** Random text of ours; drawn where absent. */
  cnonce?: string;
}

/** Reads the strongest digest challenge among the headers; undefined where there is none that we can answer. */
export function parseChallenge(headers: readonly string[]): Challenge | undefined {
  const challenges = headers.flatMap((header) => challengeOf(header) ?? []);
  return challenges.find(({ algorithm }) => algorithm === 'SHA-256') ?? challenges[0];
}

/** The `Authorization` header that answers a challenge, for the first request with its nonce. */
export function answerChallenge(challenge: Challenge, request: DigestRequest): string {
  const { realm, nonce, algorithm, opaque, hasQop } = challenge;
  const { username, password, method, uri } = request;
  const hash = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const cnonce = request.cnonce ?? randomBytes(16).toString('hex');
  const nc = '00000001';
  const secret = hash(`${username}:${realm}:${password}`);
  const target = hash(`${method}:${uri}`);
  const response = hash(
    hasQop ? `${secret}:${nonce}:${nc}:${cnonce}:auth:${target}` : `${secret}:${nonce}:${target}`,
  );
  const fields = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    ...(hasQop ? ['qop=auth', `nc=${nc}`, `cnonce=${quoted(cnonce)}`] : []),
    `response=${quoted(response)}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

function challengeOf(header: string): Challenge | undefined {
  const text = /^\s*Digest\s+(.*)$/is.exec(header)?.[1];
  if (text === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = '', inQuotes, bare] of text.matchAll(
    /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi,
  )) {
    fields.set(name.toLowerCase(), inQuotes?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '');
  }
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  if (realm === undefined || nonce === undefined) return undefined;
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256') return undefined;
  const qop = fields.get('qop');
  if (qop !== undefined && !/(^|[\s,])auth($|[\s,])/.test(qop)) return undefined;
  const opaque = fields.get('opaque');
  return { realm, nonce, algorithm, hasQop: qop !== undefined, ...(opaque !== undefined && { opaque }) };
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
