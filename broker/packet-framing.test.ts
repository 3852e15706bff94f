import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketFramer } from './packet-framing.ts';
import { connectPacket, packet, publishPacket, remainingLength } from './testing/raw-mqtt.ts';

const limits = { publishBytes: 1000, controlBytes: 200 };
const connect = connectPacket('c1.gw1', 'secret');

/** Feeds a chunk as far as it goes; what is returned is to be given again with more behind it. */
function feed(framer: PacketFramer, chunk: Buffer): Buffer {
  for (let at = 0; at < chunk.length; ) {
    const read = framer.advance(chunk, at);
    if (read === at) return chunk.subarray(at);
    at = read;
  }
  return Buffer.alloc(0);
}

test('counts packets whatever the chunks they come in', () => {
  const parts = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 20 });
  fc.assert(
    fc.property(parts, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes, cuts) => {
      const packets = sizes.map((size) =>
        size === 0 ? packet(0xc0) : publishPacket('topic', 'x'.repeat(size), size % 2 || undefined),
      );
      const bytes = Buffer.concat([connect, ...packets]);
      const framer = new PacketFramer(limits);
      let left = Buffer.alloc(0);
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = cuts[turn % cuts.length]!;
        left = Buffer.concat([left, bytes.subarray(at, at + size)]);
        left = Buffer.from(feed(framer, left));
        at += size;
      }
      expect(left).toHaveLength(0);
      expect(framer.fault).toBeUndefined();
      expect(framer.packets).toBe(packets.length + 1);
    }),
  );
});

test('stops at the border of each packet', () => {
  const framer = new PacketFramer(limits);
  const bytes = Buffer.concat([connect, publishPacket('t', 'x', 1)]);
  expect(framer.advance(bytes, 0)).toBe(connect.length);
  expect(framer.advance(bytes, connect.length)).toBe(bytes.length);
});

test.each([
  ['PUBLISH at the limit', Buffer.concat([Buffer.from([0x30]), remainingLength(1000)]), undefined],
  ['PUBLISH beyond it', Buffer.concat([Buffer.from([0x30]), remainingLength(1001)]), 'packet-too-large'],
  ['PUBLISH of 256 MiB', Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]), 'packet-too-large'],
  ['SUBSCRIBE at the limit', Buffer.concat([Buffer.from([0x82]), remainingLength(200)]), undefined],
  ['SUBSCRIBE beyond it', Buffer.concat([Buffer.from([0x82]), remainingLength(201)]), 'packet-too-large'],
  ['a length of five bytes', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]), 'not-mqtt'],
])('%s is decided by its header alone: %s', (_name, header, fault) => {
  const framer = new PacketFramer(limits);
  feed(framer, connect);
  feed(framer, header);
  expect(framer.fault).toBe(fault);
});

test.each(['GET / HTTP/1.1\r\n', '\x16\x03\x01', '\x30\x05hello'])(
  'what does not begin with CONNECT is not MQTT: %j',
  (text) => {
    const framer = new PacketFramer(limits);
    feed(framer, Buffer.from(text, 'latin1'));
    expect(framer.fault).toBe('not-mqtt');
  },
);
