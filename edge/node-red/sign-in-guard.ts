import type { IncomingMessage, ServerResponse } from 'node:http';
import { browserCookieMs, createDeviceCookies } from '#runtime/device-cookies.ts';
import type { BackoffLimits } from '#runtime/guess-backoff.ts';
import { accountLimits, createGuessLimits, networkLimits } from '#runtime/guess-limits.ts';
import { createMemoryGuessStore } from '#runtime/guess-store.ts';
import { networkOf } from '#runtime/network-of.ts';

/** Why somebody was not signed in to the editor. */
export type EditorRefusal = 'wrong' | 'wait' | 'too-large';

/** Answers a request of the editor: Node-RED's own. */
export type EditorHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the guard stands on. */
export interface SignInGuardOptions {
  isRight: (user: unknown, password: unknown) => boolean;
  /** Signs the cookie by which a browser is known. */
  secret: string;
  /** Address a request comes from. */
  clientOf: (request: IncomingMessage) => string;
  onRefused: (reason: EditorRefusal, network: string) => void;
  now: () => number;
}

const cookieName = 'shouwang-flows';
const maxBodyBytes = 8192;
/** Express reads the path of a whole address, or before a `#`, as the same one: those are refused. */
const plainTarget = /^\/[!"$-~]*$/;
/** Of all strangers together: a made password is safe at one guess a second. */
const allStrangersLimits: BackoffLimits = { free: 100, firstWaitMs: 1000, maxWaitMs: 5000 };

/**
 * Stands before Node-RED's sign-in, which counts everybody's wrong passwords as the user's own and so lets a stranger
 * lock the owner out. Wrong ones do not reach it; strangers are slowed by their network, and a browser that was right
 * before has an allowance of its own.
 */
export function guardSignIn(handler: EditorHandler, options: SignInGuardOptions): EditorHandler {
  const limits = createGuessLimits(
    'editor',
    {
      known: accountLimits,
      stranger: networkLimits,
      network: networkLimits,
      allStrangers: allStrangersLimits,
    },
    { store: createMemoryGuessStore(), now: options.now },
  );
  const browsers = createDeviceCookies(options.secret);
  const account = 'editor';

  const signIn = async (
    request: IncomingMessage & { body?: object; _body?: boolean },
    response: ServerResponse,
  ) => {
    const network = networkOf(options.clientOf(request));
    const refuse = (reason: EditorRefusal, status: number, words: string, retryAfterS?: number) => {
      options.onRefused(reason, network);
      response.statusCode = status;
      response.setHeader('content-type', 'application/json');
      if (retryAfterS !== undefined) response.setHeader('retry-after', retryAfterS);
      response.end(JSON.stringify({ error: 'invalid_grant', error_description: words }));
    };
    const text = await readBody(request);
    if (text === undefined) return refuse('too-large', 413, 'too large');
    const body = readForm(text, request.headers['content-type']);
    const cookie = readCookie(request.headers.cookie);
    const guess = await limits.begin(account, { network, known: browsers.browserOf(cookie, account) });
    if (!guess.isAllowed) {
      const retryAfterS = Math.ceil(guess.waitMs / 1000);
      return refuse('wait', 429, `too many wrong passwords; try again in ${retryAfterS} s`, retryAfterS);
    }
    if (!options.isRight(body.username, body.password))
      return refuse('wrong', 403, 'login or password is wrong');
    await guess.succeeded();
    const value = browsers.remember(cookie, account);
    const maxAge = browserCookieMs / 1000;
    response.setHeader(
      'set-cookie',
      `${cookieName}=${value}; Path=/auth; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`,
    );
    // Its body parser takes what is parsed already.
    request.body = body;
    request._body = true;
    handler(request, response);
  };

  return (request, response) => {
    const target = request.url ?? '';
    if (!plainTarget.test(target)) {
      response.statusCode = 400;
      return response.end();
    }
    // Express takes upper case and a slash at the end for the same path.
    const path = target.split('?', 1)[0]?.toLowerCase().replace(/\/$/, '');
    if (request.method !== 'POST' || path !== '/auth/token') return handler(request, response);
    signIn(request, response).catch(() => response.destroy());
  };
}

/** Undefined for one that is too large, whose rest is not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readForm(text: string, type = ''): Record<string, unknown> {
  if (!type.includes('json')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function readCookie(header: string | undefined): string | undefined {
  const own = header?.split(';').find((part) => part.trim().startsWith(`${cookieName}=`));
  return own?.trim().slice(cookieName.length + 1);
}
