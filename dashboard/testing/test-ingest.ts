import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { DeadLetterReader, KeptLetter } from '#contracts/dead-letters.ts';
import { listen } from '#runtime/listen.ts';

/** Ingest as the dashboard asks it, with letters and answers under the test's hand. */
export interface TestIngest {
  url: string;
  token: string;
  /** Letters by community, newest first. */
  letters: Record<string, KeptLetter[]>;
  reader: DeadLetterReader;
  asked: { path: string; body: Record<string, unknown> }[];
  /** The next request is answered so; others that a letter was journalled. */
  answerNext(status: number, body?: object): void;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startTestIngest(): Promise<TestIngest> {
  const token = 'a-token-of-ingest-services';
  const letters: TestIngest['letters'] = {};
  const asked: TestIngest['asked'] = [];
  let next: { status: number; body?: object | undefined } | undefined;
  const server = createServer((request, response) => {
    text(request).then((body) => {
      const isKnown = request.headers.authorization === `Bearer ${token}`;
      const answer = isKnown
        ? (next ?? { status: 200, body: { outcome: 'journalled', journalled: 1, late: true } })
        : { status: 401, body: { code: 'INGEST_UNAUTHORIZED', message: 'no' } };
      next = undefined;
      asked.push({ path: request.url ?? '', body: JSON.parse(body) });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body && JSON.stringify(answer.body));
    }, response.destroy);
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    letters,
    reader: memoryDeadLetters(letters),
    asked,
    answerNext: (status, body) => {
      next = { status, body };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A letter of an SOS from a device nobody registered. */
export function deadLetterOf(
  id: number,
  part: Partial<KeptLetter['letter']> = {},
  payload = '{}',
): KeptLetter {
  const bytes = Buffer.from(payload);
  return {
    letter: {
      id,
      gateway: 'gw1',
      lane: 'alarm',
      reason: 'unknown-device',
      path: '/device',
      expected: 'must be registered',
      address: 'watch-3g:1111111111',
      kind: 'sos',
      count: 1,
      firstSeenAt: 1_790_000_000_000,
      lastSeenAt: 1_790_000_000_000,
      bytes: bytes.length,
      isWhole: true,
      ...part,
    },
    payload: bytes,
  };
}

function memoryDeadLetters(all: TestIngest['letters']): DeadLetterReader {
  const of = (community: string) => (all[community] ?? []).map(({ letter }) => letter);
  return {
    list: (community, { gateway, reason, address, before = Number.MAX_SAFE_INTEGER, limit }) =>
      of(community)
        .filter((letter) => letter.id < before && (!gateway || letter.gateway === gateway))
        .filter((letter) => (!reason || letter.reason === reason) && (!address || letter.address === address))
        .slice(0, limit),
    counts: (community) => of(community).map(({ gateway, reason }) => ({ gateway, reason, letters: 1 })),
    addresses: (community) =>
      of(community).map(({ gateway, address = '' }) => ({ gateway, address, letters: 1 })),
    find: (community, id) => all[community]?.find(({ letter }) => letter.id === id),
  };
}
