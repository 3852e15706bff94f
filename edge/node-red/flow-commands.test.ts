import { expect, test } from 'vitest';
import type { LocalOrder } from '../commands/command-runner.ts';
import { flowCommandTtlMs } from './feed-messages.ts';
import { createFlowCommands, readFlowActions } from './flow-commands.ts';

const request = '6f0f4d0e-6a0d-4a8e-9a53-0d6a3f1f7f10';
const device = 'zigbee2mqtt:00124b0000000007';

function open(actions = 'start-siren,stop-siren', most = 1) {
  const orders: LocalOrder[] = [];
  const accepted = new Map<string, { device: string }>();
  const ask = createFlowCommands({
    runner: {
      find: (id) => accepted.get(id),
      receiveLocal: async (order) => {
        if (!accepted.has(order.id)) orders.push(order);
        accepted.set(order.id, { device: order.device });
        return { id: order.id, device: order.device, result: 'done' };
      },
    },
    actions: readFlowActions(actions),
    mayActuate: () => orders.length < most,
  });
  return { orders, ask };
}

test('an allowed act is handed on with its age, and its outcome comes back', async () => {
  const { orders, ask } = open();
  expect(await ask({ request, device, action: 'start-siren', ageMs: 40 })).toEqual({ result: 'done' });
  expect(orders).toEqual([
    { id: `c-${request}`, device, action: 'start-siren', ageMs: 40, ttlMs: flowCommandTtlMs },
  ]);
});

test('the same request again is answered however much was asked', async () => {
  const { orders, ask } = open();
  const asked = { request, device, action: 'start-siren', ageMs: 0 };
  await ask(asked);
  expect(await ask({ ...asked, ageMs: 900 })).toEqual({ result: 'done' });
  expect(orders).toHaveLength(1);
  await expect(ask({ ...asked, request: request.replace('6', '7') })).rejects.toMatchObject({
    code: 'FLOW_RATE_EXCEEDED',
  });
});

test.each([
  ['start-siren,stop-siren', 'open-door', 'FLOW_ACTION_REFUSED'],
  ['', 'start-siren', 'FLOW_ACTION_REFUSED'],
  ['start-siren', 'sing', 'FLOW_REQUEST_INVALID'],
])('where %j is allowed, %s is refused', async (actions, action, code) => {
  const { orders, ask } = open(actions);
  await expect(ask({ request, device, action, ageMs: 0 })).rejects.toMatchObject({ code });
  expect(orders).toEqual([]);
});

test('a door is opened by a flow where it is allowed by name', async () => {
  const { orders, ask } = open('open-door');
  await ask({ request, device, action: 'open-door', ageMs: 0 });
  expect(orders).toHaveLength(1);
});
