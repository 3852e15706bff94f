import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadSettings } from '#runtime/settings.ts';
import { feedPanel, openPanel, sharedFor } from '../../testing/open-panel.ts';
import { createRecordingContext, readable, readCases } from '../../testing/recording-context.ts';
import { gb26875Settings } from './config.ts';
import { createGb26875Adapter } from './gb26875.ts';
import { checksum } from './panel-frame.ts';
import { statusEvents, statusLayouts } from './status-bits.ts';
import { readTimeTag, writeTimeTag } from './time-tag.ts';

const cases = readCases(join(import.meta.dirname, 'testcases'));
const now = Date.parse('2026-11-24T01:15:02.000Z');
const confirm = 3;
const deny = 6;
const commandOf = (answer: Buffer) => answer[26];
const kindsOf = (accepted: Array<{ body: { type: string; kind?: string } }>) =>
  accepted.filter(({ body }) => body.type === 'event').map(({ body }) => body.kind);

/** An upload of system 1's status. */
function systemStatus(serial: number, status: number, timeTag = writeTimeTag(now)): Buffer {
  const head = Buffer.from('404000000101000f09180b1a0605040302010000000000000c0002010101010000', 'hex');
  head.writeUInt16LE(serial, 2);
  timeTag.copy(head, 6);
  head.writeUInt16LE(status, 31);
  const body = Buffer.concat([head, timeTag]);
  return Buffer.concat([body, Buffer.from([checksum(body, body.length), 0x23, 0x23])]);
}

test.each(cases)('reads the recorded case $name', ({ input, now: at, expected }) => {
  const context = createRecordingContext(at);
  const answers = feedPanel(context, [input]);
  expect({
    observations: readable(context.accepted),
    answers: answers.map((answer) => answer.toString('hex')),
    counts: context.counts,
  }).toEqual(expected);
});

test.each(cases)('observes in $name the same byte by byte', ({ input, now: at, expected }) => {
  const context = createRecordingContext(at);
  feedPanel(
    context,
    [...input].map((byte) => Buffer.from([byte])),
  );
  expect(readable(context.accepted)).toEqual(expected.observations);
});

test('any chunking of frames with garbage between gives the same observations', () => {
  const frames = fc.integer({ min: 0, max: 0x3fff }).map((status) => systemStatus(status, status));
  const garbage = fc
    .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0x40), fc.constant(0x23)), {
      maxLength: 60,
    })
    .map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(garbage, frames), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 50 }),
      (parts, sizes) => {
        const stream = Buffer.concat(parts.flat());
        const atOnce = createRecordingContext(now);
        feedPanel(atOnce, [stream]);
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < stream.length; n++) {
          const size = sizes[n % sizes.length]!;
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        const inChunks = createRecordingContext(now);
        feedPanel(inChunks, chunks);
        expect(inChunks.accepted).toEqual(atOnce.accepted);
        expect(inChunks.counts.frames ?? 0).toBe(parts.length);
      },
    ),
    { numRuns: 150 },
  );
});

test('random bytes, framed or not, never throw', () => {
  const framed = fc.uint8Array({ maxLength: 60 }).map((data) => {
    const head = Buffer.from('404000000101000f09180b1a060504030201000000000000000002', 'hex');
    head.writeUInt16LE(data.length, 24);
    const body = Buffer.concat([head, data]);
    return Buffer.concat([body, Buffer.from([checksum(body, body.length), 0x23, 0x23])]);
  });
  const noise = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(fc.oneof(framed, noise), { maxLength: 5 }), (parts) => {
      feedPanel(createRecordingContext(now), [Buffer.concat(parts)]);
    }),
    { numRuns: 400 },
  );
});

test('denies what could not be taken, and takes it whole when it is sent again', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  context.full = true;
  const fault = systemStatus(1, 0b101);
  expect(feedPanel(context, [fault], shared).map(commandOf)).toEqual([deny]);
  context.full = false;
  expect(feedPanel(context, [fault], shared).map(commandOf)).toEqual([confirm]);
  expect(kindsOf(context.accepted)).toEqual(['panel-fault']);
});

test('a resend of what was taken before a restart is confirmed and not told again', () => {
  const context = createRecordingContext(now);
  const fire = systemStatus(1, 0b11);
  feedPanel(context, [fire]);
  expect(feedPanel(context, [fire]).map(commandOf)).toEqual([confirm]);
  expect(kindsOf(context.accepted)).toEqual(['fire']);
});

test('a panel that restarts with a dead clock and the serial 0 is heard when it reports a fire again', () => {
  const context = createRecordingContext(now);
  const fire = systemStatus(0, 0b11, Buffer.alloc(6));
  feedPanel(context, [fire, fire]);
  context.clock += 61_000;
  feedPanel(context, [fire]);
  expect(kindsOf(context.accepted)).toEqual(['fire', 'fire', 'fire']);
  expect(context.outcomes.slice(-3)).toEqual(['accepted', 'possible-repeat', 'accepted']);
});

test('a panel is kept alive at most once a minute, and never by its components alone', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  const heartbeat = Buffer.from('404007000101000f09180b1a0605040302010000000000000000026c2323', 'hex');
  heartbeat[27] = checksum(heartbeat, 27);
  for (let n = 0; n < 4; n++) {
    feedPanel(context, [heartbeat, heartbeat], shared);
    context.clock += 30_000;
  }
  expect(context.accepted.map(({ body }) => body.type)).toEqual(['keep-alive', 'keep-alive']);
});

test.each([
  ['fire without bit 0 is a fire', 1, 0b10, undefined, ['fire']],
  ['a first report tells every set bit', 2, 0b1110, undefined, ['fire', 'panel-fault', 'panel-shielded']],
  ['what is unchanged is not told', 2, 0b100, 0b100, []],
  ['a fire is told whenever it is set', 2, 0b10, 0b10, ['fire']],
  ['a fall is the end', 2, 0b1, 0b111, ['-fire', '-panel-fault']],
  ['a component that comes to rest without bit 0 is no test', 2, 0, 0b10, ['-fire']],
  ['a system that leaves normal run is in test', 1, 0, 1, ['panel-test']],
  ['automatic mode is no event', 1, 1 | (1 << 11), 1, []],
  ['a reset is told and has no end', 1, 1, 1 | (1 << 13), []],
  [
    'the transmitter tells mains, backup, link and line',
    21,
    0b1111001,
    1,
    ['power-fault', 'power-fault', 'link-fault', 'link-fault'],
  ],
] as const)('status: %s', (_name, type, status, before, expected) => {
  const told = statusEvents(statusLayouts[type], status, { before });
  expect(told.map(({ kind, active }) => (active === false ? `-${kind}` : kind))).toEqual(expected);
});

test('a time tag is read as written, and one that does not exist is none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 946_656_000, max: 4_070_880_000 }), (seconds) => {
      expect(readTimeTag(writeTimeTag(seconds * 1000), seconds * 1000)).toBe(seconds * 1000);
    }),
  );
  for (const tag of ['000000000000', '3c0000010101', '00000000011a', '0000001f0b1a', '0000000f0d1a']) {
    expect(readTimeTag(Buffer.from(tag, 'hex'), now)).toBeUndefined();
  }
});

test('a clock in decimal digits was no clock: it is read as such, also where it is months wrong, and answered as such', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_262_275_200, max: 4_070_880_000 }),
      fc.integer({ min: -300, max: 300 }),
      (seconds, daysWrong) => {
        const tag = writeTimeTag(seconds * 1000, true);
        expect(readTimeTag(tag, (seconds + daysWrong * 86_400) * 1000)).toBe(seconds * 1000);
      },
    ),
  );
});

/** A frame of a system's fire whose checksum is wrong. */
function damagedFrame(serial: number): Buffer {
  const frame = systemStatus(serial, 0b10);
  frame[frame.length - 3]! ^= 0xff;
  return frame;
}

test('damaged frames of one burst call for a person once, however many come at once', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  feedPanel(context, [damagedFrame(1), damagedFrame(1)], shared);
  expect(context.accepted).toEqual([]);
  feedPanel(context, Array(30).fill(damagedFrame(1)), shared);
  expect(kindsOf(context.accepted)).toEqual(['unreadable-alarm']);
  expect(context.accepted[0]?.device).toBe('gb26875:010203040506');
});

test('three damaged frames after an incident was closed are told again within 10 min, and marked where they are the same', () => {
  const context = createRecordingContext(now);
  const session = openPanel(context);
  const burst = (serial: number) => {
    for (let n = 0; n < 3; n++) {
      context.clock += 10_000;
      session.onBytes(damagedFrame(serial));
    }
  };
  burst(1);
  burst(1);
  burst(2);
  expect(kindsOf(context.accepted)).toEqual(Array(3).fill('unreadable-alarm'));
  expect(context.outcomes).toEqual(['accepted', 'possible-repeat', 'accepted']);
});

test('frames of a known panel whose length is damaged call for a person too', () => {
  const context = createRecordingContext(now);
  const session = openPanel(context);
  session.onBytes(systemStatus(1, 1));
  for (let n = 0; n < 3; n++) {
    context.clock += 10_000;
    const frame = systemStatus(2, 0b10);
    frame.writeUInt16LE(2000, 24);
    session.onBytes(frame);
  }
  expect(kindsOf(context.accepted)).toEqual(['unreadable-alarm']);
});

test("a maker's status bits have names where the panel's profile has them, and numbers elsewhere", () => {
  const status = (address: string) => {
    const head = Buffer.from(`404000000101000f09180b1a${address}000000000000300002`, 'hex');
    const part = Buffer.from('020101012a020001000002', 'hex');
    const body = Buffer.concat([head, part, Buffer.alloc(31), writeTimeTag(now)]);
    return Buffer.concat([body, Buffer.from([checksum(body, body.length), 0x23, 0x23])]);
  };
  const context = createRecordingContext(now);
  const shared = sharedFor(context, 'automatic', '010203040506=extended-status');
  feedPanel(context, [status('060504030201'), status('070504030201')], shared);
  const texts = context.accepted.flatMap(({ body }) => ('text' in body ? [body.text] : []));
  expect(texts).toEqual(['离线 (offline)', '状态位 9 (status bit 9)']);
});

test('a panel of the standard alone has its register denied', () => {
  const context = createRecordingContext(now);
  const register = Buffer.from('404001000101000f09180b1a0605040302010000000000000000006d2323', 'hex');
  expect(register).toHaveLength(30);
  expect(feedPanel(context, [register]).map(commandOf)).toEqual([confirm]);
  expect(feedPanel(context, [register], sharedFor(context, 'standard')).map(commandOf)).toEqual([deny]);
});

test('a profile that does not exist stops the start naming the setting', async () => {
  const settings = loadSettings(gb26875Settings, {
    EDGE_GB26875_PORT: '0',
    EDGE_GB26875_SOURCE_PROFILES: '010203040506=constructor',
  });
  await expect(
    createGb26875Adapter(Object.assign(createRecordingContext(now), { settings })),
  ).rejects.toThrow(/EDGE_GB26875_SOURCE_PROFILES: "constructor" is none of/);
});
