import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetrics, type Metrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { IngestError } from '../errors.ts';
import { createDeadLetterApi } from './dead-letter-api.ts';

const token = 'a-token-of-services';
const asked = { community: 'c1', actor: 'p1' };
let did: unknown[];
let metrics: Metrics;
let api: FastifyInstance;
beforeEach(() => {
  did = [];
  metrics = createMetrics();
  api = createDeadLetterApi({
    deadLetterActions: {
      replay: async (...given) => {
        did.push(given);
        if (given[0] === 404)
          throw new IngestError('INGEST_DEAD_LETTER_UNKNOWN', 'there is no dead letter 404');
        if (given[0] === 500) throw new Error('a secret of the inside');
        return { outcome: 'journalled', journalled: 1, late: true };
      },
      replayMany: async (...given) => {
        did.push(given);
        return { outcomes: { rejected: 2 }, left: 0 };
      },
      discard: (...given) => void did.push(given),
    },
    token,
    metrics,
    log: silentLog(),
  });
});
afterEach(() => api.close());

async function post(url: string, payload: object, authorization = `Bearer ${token}`) {
  const answer = await api.inject({ method: 'POST', url, payload, headers: { authorization } });
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined };
}

test('each action is called with what was asked', async () => {
  const many = { ...asked, gateway: 'gw1', reason: 'not-json' };
  const discard = { ...asked, because: '调试报文' };
  expect(await post('/dead-letters/7/replay', asked)).toEqual({
    status: 200,
    body: { outcome: 'journalled', journalled: 1, late: true },
  });
  expect((await post('/dead-letters/replay', many)).body).toEqual({ outcomes: { rejected: 2 }, left: 0 });
  expect((await post('/dead-letters/7/discard', discard)).status).toBe(204);
  expect(did).toEqual([[7, asked], [many], [7, discard]]);
});

test.each<[string, string, object, number, string]>([
  ['a number that is none', '/dead-letters/x/replay', asked, 400, 'INGEST_REQUEST_INVALID'],
  ['nobody who asks', '/dead-letters/7/replay', { community: 'c1' }, 400, 'INGEST_REQUEST_INVALID'],
  ['an unknown field', '/dead-letters/7/replay', { ...asked, more: 1 }, 400, 'INGEST_REQUEST_INVALID'],
  ['no reason', '/dead-letters/7/discard', { ...asked, because: '  ' }, 400, 'INGEST_REQUEST_INVALID'],
  [
    'a body too large',
    '/dead-letters/7/discard',
    { ...asked, because: 'x'.repeat(5000) },
    400,
    'INGEST_REQUEST_INVALID',
  ],
  [
    'an unknown reason',
    '/dead-letters/replay',
    { ...asked, gateway: 'gw1', reason: 'ugly' },
    400,
    'INGEST_REQUEST_INVALID',
  ],
  ['an unknown letter', '/dead-letters/404/replay', asked, 404, 'INGEST_DEAD_LETTER_UNKNOWN'],
  ['an unknown route', '/dead-letters/7/burn', asked, 404, 'INGEST_ROUTE_UNKNOWN'],
  ['what fails', '/dead-letters/500/replay', asked, 500, 'INGEST_INTERNAL'],
])('%s is refused with its code', async (_name, url, body, status, code) => {
  const answer = await post(url, body);
  expect(answer).toMatchObject({ status, body: { code } });
  expect(JSON.stringify(answer.body)).not.toContain('secret');
});

test.each(['', 'Bearer', 'Bearer wrong', token, `Bearer ${token} `])(
  'authorization %j is refused before anything is read',
  async (authorization) => {
    const answer = await post('/dead-letters/7/replay', asked, authorization);
    expect(answer).toMatchObject({ status: 401, body: { code: 'INGEST_UNAUTHORIZED' } });
    expect(did).toEqual([]);
    expect(await metrics.metrics()).toContain('\ningest_refused_tokens_total 1\n');
  },
);
