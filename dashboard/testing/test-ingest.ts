import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { DeadLetterReader, KeptDeadLetter } from '#contracts/dead-letters.ts';
import { listen } from '#runtime/listen.ts';

/** Ingest as the dashboard asks it, with dead letters and answers under the test's hand. */
export interface TestIngest {
  url: string;
  token: string;
  /** Dead letters by community, newest first. */
  deadLetters: Record<string, KeptDeadLetter[]>;
  reader: DeadLetterReader;
  asked: { path: string; body: Record<string, unknown> }[];
  /** The next request is answered so; others that a dead letter was journalled. */
  answerNext(status: number, body?: object): void;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startTestIngest(): Promise<TestIngest> {
  const token = 'a-token-of-ingest-services';
  const deadLetters: TestIngest['deadLetters'] = {};
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
    deadLetters,
    reader: memoryDeadLetters(deadLetters),
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

/** A dead letter of an SOS from a device nobody registered. */
export function deadLetterOf(
  id: number,
  part: Partial<KeptDeadLetter['deadLetter']> = {},
  payload = '{}',
): KeptDeadLetter {
  const bytes = Buffer.from(payload);
  return {
    deadLetter: {
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

function memoryDeadLetters(all: TestIngest['deadLetters']): DeadLetterReader {
  const of = (community: string) => (all[community] ?? []).map(({ deadLetter }) => deadLetter);
  return {
    list: (community, { gateway, reason, address, before = Number.MAX_SAFE_INTEGER, limit }) =>
      of(community)
        .filter((deadLetter) => deadLetter.id < before && (!gateway || deadLetter.gateway === gateway))
        .filter(
          (deadLetter) =>
            (!reason || deadLetter.reason === reason) && (!address || deadLetter.address === address),
        )
        .slice(0, limit),
    counts: (community) => of(community).map(({ gateway, reason }) => ({ gateway, reason, deadLetters: 1 })),
    addresses: (community) =>
      of(community).map(({ gateway, address = '' }) => ({ gateway, address, deadLetters: 1 })),
    find: (community, id) => all[community]?.find(({ deadLetter }) => deadLetter.id === id),
  };
}
