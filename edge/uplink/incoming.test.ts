import { expect, it } from 'vitest';
import { exampleCommand } from '#contracts/command.ts';
import { exampleAck, exampleGatewayState } from '#contracts/gateway-messages.ts';
import { readIncoming } from './incoming.ts';

const session = exampleGatewayState.session;

it.each([
  {
    what: 'an ack',
    topic: 'sw/1/demo/gateway-1/ack',
    payload: { ...exampleAck, answers: { session, at: exampleAck.at } },
    read: {
      type: 'ack',
      platformAt: Date.parse(exampleAck.at),
      answers: { session, at: exampleAck.at },
      acks: exampleAck.acks,
    },
  },
  {
    what: 'a birth',
    topic: 'sw/1/demo/gateway-1/state',
    payload: exampleGatewayState,
    read: { type: 'alive', session },
  },
  {
    what: 'a death',
    topic: 'sw/1/demo/gateway-1/state',
    payload: { ...exampleGatewayState, status: 'death' },
    read: { type: 'death', session },
  },
  {
    what: 'a command',
    topic: 'sw/1/demo/gateway-1/command',
    payload: exampleCommand,
    read: { type: 'command', command: exampleCommand },
  },
  {
    what: 'an ack of nonsense',
    topic: 'sw/1/demo/gateway-1/ack',
    payload: { ...exampleAck, acks: [{ epoch: 'x', lane: 'alarm', sequence: 1 }] },
    read: { type: 'unreadable', topic: 'ack', reason: expect.stringContaining('/acks/0/epoch') },
  },
  {
    what: 'a foreign topic',
    topic: 'elsewhere',
    payload: {},
    read: { type: 'unreadable', topic: 'topic', reason: expect.any(String) },
  },
])('reads $what', ({ topic, payload, read }) => {
  expect(readIncoming(topic, Buffer.from(JSON.stringify(payload)))).toEqual(read);
});

it('says of what is no JSON that it is none', () => {
  const read = readIncoming('sw/1/demo/gateway-1/ack', Buffer.from([0xff, 0x00]));
  expect(read).toMatchObject({
    type: 'unreadable',
    topic: 'ack',
    reason: expect.stringContaining('not JSON'),
  });
});
