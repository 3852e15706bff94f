import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadSettings } from '#runtime/settings.ts';
import { feedWatch, sharedFor } from '../../testing/feed-watch.ts';
import { createRecordingContext, readable, readCases } from '../../testing/recording-context.ts';
import { watch3gSettings } from './config.ts';
import { createWatch3gAdapter } from './watch-3g.ts';

const cases = readCases(join(import.meta.dirname, 'testcases'));
const now = Date.parse('2026-11-24T01:15:00.000Z');
const text = (...frames: string[]) => [Buffer.from(frames.join(''), 'latin1')];
const frame = (content: string, id = '6907919734') =>
  `[3G*${id}*${content.length.toString(16).padStart(4, '0')}*${content}]`;
const sosAt = (time: string, status = '00010000') =>
  frame(`AL,241126,${time},V,0,N,0,E,0,0,0,0,0,22,0,0,${status},0,0,0`);
const kinds = (accepted: Array<{ body: { type: string; kind?: string } }>) =>
  accepted.filter(({ body }) => body.type === 'event').map(({ body }) => body.kind);

test.each(cases)('reads the recorded case $name', ({ input, now: at, expected }) => {
  const context = createRecordingContext(at);
  const answers = feedWatch(context, [input]);
  expect({
    observations: readable(context.accepted),
    answers: answers.map((answer) => answer.toString('latin1')),
    counts: context.counts,
  }).toEqual(expected);
});

test.each(cases)('reads $name the same byte by byte', ({ input, now: at, expected }) => {
  const context = createRecordingContext(at);
  feedWatch(
    context,
    [...input].map((byte) => Buffer.from([byte])),
  );
  expect(readable(context.accepted)).toEqual(expected.observations);
  expect(context.counts).toEqual(expected.counts);
});

test('any chunking of frames with garbage between gives the same observations', () => {
  const whole = fc.constantFrom(...cases.map(({ input }) => input));
  // Garbage may hold anything but the head of a frame, which would rightly be read as one.
  const garbage = fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x5b)));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(garbage, whole), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 50 }),
      (parts, sizes) => {
        const stream = Buffer.concat(parts.flat());
        const atOnce = createRecordingContext(now);
        feedWatch(atOnce, [stream]);
        const inChunks = createRecordingContext(now);
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < stream.length; n++) {
          const size = sizes[n % sizes.length]!;
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        feedWatch(inChunks, chunks);
        expect(inChunks.accepted).toEqual(atOnce.accepted);
        expect(inChunks.counts).toEqual(atOnce.counts);
      },
    ),
    { numRuns: 150 },
  );
});

test('random bytes never throw', () => {
  const likely = fc.constantFrom(...Buffer.from('[]*,3G6907919734AL00010000'));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), likely), { maxLength: 400 }), (bytes) => {
      feedWatch(createRecordingContext(now), [Buffer.from(bytes)]);
    }),
    { numRuns: 300 },
  );
});

test('an alarm whose frame is mangled anywhere is still an alarm, as long as its head and AL stand', () => {
  const whole = sosAt('011459');
  const content = whole.indexOf('AL,') + 3;
  fc.assert(
    fc.property(
      fc.integer({ min: content, max: whole.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
      (at, byte) => {
        const bytes = Buffer.from(whole, 'latin1');
        bytes[at] = byte;
        const context = createRecordingContext(now);
        const answers = feedWatch(context, [bytes]);
        expect(kinds(context.accepted).length).toBeGreaterThan(0);
        expect(answers.map(String)).toEqual(['[3G*6907919734*0002*AL]']);
      },
    ),
    { numRuns: 300 },
  );
});

test('leaves an alarm unanswered while the outbox is full, and answers its repeat', () => {
  const context = createRecordingContext(now);
  context.full = true;
  expect(feedWatch(context, text(sosAt('011459')))).toEqual([]);
  expect(context.counts['refused-observations']).toBe(1);
  context.full = false;
  expect(feedWatch(context, text(sosAt('011459')))).toHaveLength(1);
  expect(kinds(context.accepted)).toEqual(['sos']);
});

test('answers LK even while the outbox is full, because an unanswered watch falls silent', () => {
  const context = createRecordingContext(now);
  context.full = true;
  expect(feedWatch(context, text('[3G*4700186508*000B*LK,0,10,100]')).map(String)).toEqual([
    '[3G*4700186508*0002*LK]',
  ]);
});

test('answers a repeated alarm without recording it or its readings again', () => {
  const context = createRecordingContext(now);
  const answers = feedWatch(context, text(sosAt('011459'), sosAt('011459'), sosAt('011459')));
  expect(answers).toHaveLength(3);
  expect(kinds(context.accepted)).toEqual(['sos']);
  expect(
    context.accepted.filter(({ body }) => body.type === 'reading' && body.quantity === 'battery'),
  ).toHaveLength(1);
});

test('another alarm bit within the minute is another event', () => {
  const context = createRecordingContext(now);
  feedWatch(context, text(sosAt('011459'), sosAt('011500', '00210000')));
  expect(kinds(context.accepted)).toEqual(['sos', 'sos', 'fall']);
});

test('a profile chosen for a maker or a watch changes what a bit means', () => {
  const removed = sosAt('011459', '00080000');
  const byDefault = createRecordingContext(now);
  feedWatch(byDefault, text(removed));
  expect(kinds(byDefault.accepted)).toEqual(['fence-entered']);
  for (const profiles of ['3G=removal-19', 'ZJ=default,6907919734=removal-19']) {
    const context = createRecordingContext(now);
    feedWatch(context, text(removed), sharedFor(context, profiles));
    expect(kinds(context.accepted)).toEqual(['watch-removed']);
  }
});

test('a low-battery alarm is not told a second time by the state bit beside it', () => {
  const context = createRecordingContext(now);
  feedWatch(context, text(sosAt('011459', '00020001')));
  feedWatch(context, text(frame('UD,241126,011520,V,0,N,0,E,0,0,0,0,0,9,0,0,00000001,0,0,0')));
  expect(kinds(context.accepted)).toEqual(['low-battery', 'low-battery']);
  const shared = sharedFor(context);
  context.accepted.length = 0;
  context.clock += 86_400_000;
  feedWatch(context, text(sosAt('021459', '00020001')), shared);
  feedWatch(context, text(frame('UD,241126,021520,V,0,N,0,E,0,0,0,0,0,9,0,0,00000001,0,0,0')), shared);
  expect(kinds(context.accepted)).toEqual(['low-battery']);
});

test('a frame beyond the limit is dropped and the next one read', () => {
  const context = createRecordingContext(now);
  const picture = `[3G*6907919734*FFFF*img,${'x'.repeat(3000)}]`;
  const answers = feedWatch(context, text(picture, frame('LK')), sharedFor(context, '', 1024));
  expect(context.counts).toMatchObject({ 'oversize-frames': 1, frames: 1 });
  expect(answers).toHaveLength(1);
});

test('an alarm cut by the disconnect is told by its STATUS, or as unreadable without', () => {
  const whole = sosAt('011459');
  const context = createRecordingContext(now);
  feedWatch(context, text(whole.slice(0, whole.indexOf('00010000') + 10)));
  expect(kinds(context.accepted)).toEqual(['sos']);
  const earlier = createRecordingContext(now);
  feedWatch(earlier, text(whole.slice(0, whole.indexOf('00010000') + 6)));
  expect(kinds(earlier.accepted)).toEqual(['unreadable-alarm']);
});

test('an alarm whose head is damaged is told of the watch that spoke before it', () => {
  const context = createRecordingContext(now);
  feedWatch(context, text(frame('LK'), '[3G*69*AL,241126,011459,V]'));
  expect(context.accepted.at(-1)).toMatchObject({
    device: 'watch-3g:6907919734',
    body: { kind: 'unreadable-alarm', unreadable: { reason: 'its head is damaged' } },
  });
});

test('an unknown profile stops the start naming it', async () => {
  const settings = loadSettings(watch3gSettings, {
    EDGE_WATCH3G_PORT: '0',
    EDGE_WATCH3G_PROFILES: '3G=nonsense',
  });
  await expect(
    createWatch3gAdapter(Object.assign(createRecordingContext(now), { settings })),
  ).rejects.toThrow(
    /EDGE_WATCH3G_PROFILES names the profile "nonsense" for 3G; known are default, removal-19/,
  );
});
