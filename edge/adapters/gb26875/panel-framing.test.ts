import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksum } from './panel-frame.ts';
import { createPanelFraming, type PanelPiece } from './panel-framing.ts';

/** A frame that sends `data`. */
function frame(data: Buffer): Buffer {
  const head = Buffer.from('404000000101000f09180b1a060504030201000000000000000002', 'hex');
  head.writeUInt16LE(data.length, 24);
  const body = Buffer.concat([head, data]);
  return Buffer.concat([body, Buffer.from([checksum(body, body.length), 0x23, 0x23])]);
}

function cut(stream: Buffer, sizes: number[] = [stream.length]): PanelPiece[] {
  const framing = createPanelFraming();
  const pieces: PanelPiece[] = [];
  for (let at = 0, n = 0; at < stream.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    pieces.push(...framing.push(stream.subarray(at, at + size)));
    at += size;
  }
  return pieces;
}
const framesOf = (pieces: PanelPiece[]) =>
  pieces.flatMap((piece) => (piece.type === 'frame' ? [piece.bytes] : []));

test.each(['@', '@@\0', '@@#', '[]', '\0'])(
  '64 kB of %j took the only thread for 230 ms: it is one piece of garbage',
  (what) => {
    const pieces = cut(Buffer.from(what.repeat(65_536 / what.length), 'latin1'));
    expect(pieces.length).toBeLessThanOrEqual(1);
    expect(pieces.every(({ type }) => type === 'garbage')).toBe(true);
  },
);

test('whatever stands before it, in whatever chunks, a correct frame is read as soon as it is whole', () => {
  // Starts that promise up to 1 KiB more than they have must not make the frame wait.
  const start = fc
    .tuple(fc.integer({ min: 0, max: 1024 }), fc.integer({ min: 0, max: 40 }))
    .map(([promised, given]) => {
      const bytes = frame(Buffer.alloc(promised)).subarray(0, 27 + given);
      return Buffer.from(bytes);
    });
  const noise = fc
    .array(fc.constantFrom(0x40, 0x23, 0, 2, 4, 0xff), { maxLength: 60 })
    .map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(start, noise), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 80 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
      (before, data, sizes) => {
        const good = frame(Buffer.from(data));
        const stream = Buffer.concat([...before, Buffer.from([0]), good]);
        expect(framesOf(cut(stream, sizes)).at(-1)).toEqual(good);
        expect(framesOf(cut(stream)).at(-1)).toEqual(good);
      },
    ),
    { numRuns: 500 },
  );
});

test('every byte is in a frame or counted as garbage, up to what may still become a frame', () => {
  const noise = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0x40)), { maxLength: 400 });
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
      const pieces = cut(Buffer.from(bytes), [size]);
      const passed = pieces.reduce((sum, piece) => sum + (piece.type === 'garbage' ? piece.length : 0), 0);
      const framed = framesOf(pieces).reduce((sum, one) => sum + one.length, 0);
      expect(passed + framed).toBeLessThanOrEqual(bytes.length);
      expect(bytes.length - passed - framed).toBeLessThanOrEqual(1054);
    }),
    { numRuns: 300 },
  );
});
