import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { listen } from '#runtime/listen.ts';

/**
 * The ISAPI side of access terminals: each opens its doors for whoever signs in by digest. One server may
 * stand for several terminals, told apart by who signs in.
 */
export interface DoorControl {
  /** e.g. `http://127.0.0.1:49152`. */
  url: string;
  /** Openings carried out: the path asked and the body. */
  readonly openings: { path: string; body: string }[];
  close(): Promise<void>;
}

/** Who may open the doors, and what the terminal does when it is asked. */
export interface DoorControlOptions {
  /** Passwords by user name. */
  accounts: Readonly<Record<string, string>>;
  /** Port of loopback; a free one where absent. */
  port?: number;
  /** `refuse` answers 503, `silent` opens and never answers. */
  behaviour?: 'open' | 'refuse' | 'silent';
  onOpen?: (doorNo: number, username: string) => void;
}

const realm = 'IP Access Terminal';
const path = /^\/ISAPI\/AccessControl\/RemoteControl\/door\/(\d+)$/;
const maxBodyBytes = 4096;

/** Opens the terminals' HTTP side on loopback; each nonce is good for one request. */
export async function createDoorControl(options: DoorControlOptions): Promise<DoorControl> {
  const nonces = new Set<string>();
  const openings: DoorControl['openings'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      if (body.length < maxBodyBytes) body += chunk;
    });
    request.on('end', () => {
      const target = request.url ?? '';
      const username = whoSignedIn(request.method ?? '', request.headers.authorization, {
        ...options,
        nonces,
      });
      if (username === undefined) {
        const nonce = randomBytes(16).toString('hex');
        nonces.add(nonce);
        const challenge = `Digest realm="${realm}", qop="auth", nonce="${nonce}", algorithm=MD5`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      const doorNo = path.exec(target)?.[1];
      if (request.method !== 'PUT' || doorNo === undefined || !body.includes('<cmd>open</cmd>')) {
        response.writeHead(400).end();
        return;
      }
      if (options.behaviour === 'refuse') {
        response.writeHead(503).end();
        return;
      }
      openings.push({ path: target, body });
      options.onOpen?.(Number(doorNo), username);
      if (options.behaviour !== 'silent') {
        const status =
          '<ResponseStatus><statusCode>1</statusCode><statusString>OK</statusString></ResponseStatus>';
        response.writeHead(200, { 'content-type': 'application/xml' }).end(status);
      }
    });
  });
  const port = await listen(server, {
    host: '127.0.0.1',
    port: options.port ?? 0,
    setting: 'SIMULATORS_DOOR_PORT',
  });
  return {
    url: `http://127.0.0.1:${port}`,
    openings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function whoSignedIn(
  method: string,
  header: string | undefined,
  { accounts, nonces }: DoorControlOptions & { nonces: Set<string> },
): string | undefined {
  const field = (name: string) =>
    new RegExp(`(?:^Digest |, ?)${name}="?([^",]*)"?`).exec(header ?? '')?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const username = field('username');
  const password = Object.hasOwn(accounts, username) ? accounts[username] : undefined;
  if (!nonces.delete(field('nonce')) || password === undefined) return undefined;
  const secret = md5(`${username}:${realm}:${password}`);
  const target = md5(`${method}:${field('uri')}`);
  const parts = [secret, field('nonce'), field('nc'), field('cnonce'), field('qop'), target];
  return field('response') === md5(parts.join(':')) ? username : undefined;
}
