import { request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { forced, openAdapter, settingsFor, testToken } from '../../testing/post-to-hikvision.ts';
import { createHikvisionAdapter } from './hikvision-isapi.ts';

test('the second unreadable alarm of a terminal within 10 min is told too, and only the same bytes are marked', async () => {
  const { context, adapter, post } = await openAdapter();
  const cut = forced.slice(0, -40);
  await post(cut);
  context.clock += 30_000;
  await post(cut);
  await post(cut.slice(0, -1));
  expect(context.accepted.map(({ body }) => 'kind' in body && body.kind)).toEqual(
    Array(3).fill('unreadable-alarm'),
  );
  expect(context.outcomes).toEqual(['accepted', 'possible-repeat', 'accepted']);
  expect(new Set(context.accepted.map(({ device }) => device))).toEqual(
    new Set(['hikvision-isapi:c0517eaabbcc/1']),
  );
  await adapter.close();
});

test('a terminal whose message cannot be read goes on to its next event, which is taken', async () => {
  const { context, adapter, post } = await openAdapter();
  expect(await post('\u0001 no event at all')).toBe(200);
  expect(await post(forced)).toBe(200);
  expect(context.accepted).toMatchObject([
    { device: 'hikvision-isapi:127.0.0.1/1', body: { kind: 'unreadable-alarm' } },
    { body: { kind: 'door-forced' } },
  ]);
  await adapter.close();
});

test('an unreadable message is kept on the gateway alone, with the name it holds, a week and no longer', async () => {
  const { context, adapter, post } = await openAdapter();
  await post(forced.slice(0, -2));
  await adapter.close();
  const kept = () => JSON.parse(context.files.get('dead-letters.json') ?? '[]') as Array<{ raw: string }>;
  expect(kept().map(({ raw }) => Buffer.from(raw, 'hex').toString())).toEqual([forced.slice(0, -2)]);
  expect(JSON.stringify(context.accepted)).not.toContain('resident');
  context.clock += 8 * 86_400_000;
  const again = await createHikvisionAdapter(Object.assign(context, { settings: settingsFor() }));
  expect(kept()).toEqual([]);
  await again.close();
});

test('a message that the gateway fails to store becomes an unreadable alarm at its third try, and never answered with 500', async () => {
  const { context, adapter, post } = await openAdapter();
  const { accept } = context;
  context.accept = (observations) => {
    if (observations.some(({ body }) => 'kind' in body && body.kind === 'door-forced'))
      throw new TypeError('a fault');
    return accept(observations);
  };
  expect([await post(forced), await post(forced), await post(forced)]).toEqual([503, 503, 200]);
  expect(context.accepted).toMatchObject([{ body: { kind: 'unreadable-alarm' } }]);
  await adapter.close();
});

test('a body that breaks off again and again calls for a person, once in three', async () => {
  const { context, adapter } = await openAdapter();
  for (let n = 0; n < 3; n++) {
    await new Promise<void>((resolve) => {
      const sent = request({
        port: adapter.port,
        path: `/isapi/${testToken}`,
        method: 'POST',
        headers: { 'content-length': 100_000 },
      });
      sent.on('error', () => resolve());
      sent.write(forced.slice(0, 90), () => sent.destroy());
    });
    await vi.waitFor(() => expect(context.counts['broken-bodies']).toBe(n + 1));
  }
  expect(context.accepted).toMatchObject([
    { device: 'hikvision-isapi:c0517eaabbcc/1', body: { kind: 'unreadable-alarm' } },
  ]);
  await adapter.close();
});
