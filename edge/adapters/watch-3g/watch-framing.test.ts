import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feedWatch } from '../../testing/feed-watch.ts';
import { createRecordingContext } from '../../testing/recording-context.ts';
import { createWatchFraming } from './watch-framing.ts';

const now = Date.parse('2026-11-24T01:15:00.000Z');
const sos = '[3G*6907919734*003e*AL,241126,011459,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]';

test.each(['@', '[]', '[', '[[]]', '[x]', '[3G*1]', '[3G*12345', '\0', '[3G*12345*0*'])(
  '64 kB of %j took the only thread for as long as its brackets: it is one piece of garbage',
  (what) => {
    const framing = createWatchFraming(65_536);
    const bytes = Buffer.from(what.repeat(Math.ceil(65_000 / what.length)), 'latin1');
    const pieces = [...framing.push(bytes), ...framing.end()];
    expect(pieces.length).toBeLessThanOrEqual(2);
    expect(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0)).toBeGreaterThan(2000);
    expect([...framing.push(Buffer.from(sos))].at(-1)).toEqual({ type: 'frame', bytes: Buffer.from(sos) });
  },
);

test('a mutated frame never throws, is never stuck, and leaves the frame behind it whole', () => {
  const mutation = fc.record({
    at: fc.integer({ min: 0, max: sos.length }),
    drop: fc.integer({ min: 0, max: 6 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom('[', ']', '*', ',', '[3G*', '[3G*69079', ']]', 'AL,'),
    ),
  });
  const next = '[3G*8308373902*0002*LK]';
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = mutations.reduce(
        (text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop),
        sos,
      );
      const context = createRecordingContext(now);
      const answers = feedWatch(context, [Buffer.from(`${mutated}${next}`, 'latin1')]);
      expect(String(answers.at(-1))).toBe(next);
    }),
    { numRuns: 1000 },
  );
});

test('random bytes give no event but an alarm that cannot be read', () => {
  const likely = fc.constantFrom(...Buffer.from('[]*,3G6907919734AL00010000'));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), likely), { maxLength: 400 }), (bytes) => {
      const context = createRecordingContext(now);
      feedWatch(context, [Buffer.from(bytes)]);
      for (const { body } of context.accepted) {
        if (body.type === 'event') expect(body.kind).toBe('unreadable-alarm');
      }
    }),
    { numRuns: 500 },
  );
});
