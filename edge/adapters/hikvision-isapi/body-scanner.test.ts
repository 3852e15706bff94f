import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forced, testNow } from '../../testing/post-to-hikvision.ts';
import { createRecordingContext, readCases } from '../../testing/recording-context.ts';
import { createBodyScanner } from './body-scanner.ts';
import { createEventIntake } from './event-intake.ts';
import { textOfBytes } from './message-fields.ts';
import { createRequestBodies } from './request-bodies.ts';

const cases = readCases(join(import.meta.dirname, 'testcases'));

test('any cutting of a body into chunks gives the same messages', () => {
  const body = cases.filter(({ name }) => name.startsWith('body-') || name.startsWith('multipart-'));
  fc.assert(
    fc.property(
      fc.constantFrom(...body),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      ({ input }, sizes) => {
        const scan = (chunks: Buffer[]) => {
          const scanner = createBodyScanner(65_536);
          const messages = [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()];
          return messages.map(({ bytes }) => textOfBytes(bytes));
        };
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < input.length; at += sizes[n++ % sizes.length]!) {
          chunks.push(input.subarray(at, at + sizes[n % sizes.length]!));
        }
        expect(scan(chunks)).toEqual(scan([input]));
      },
    ),
    { numRuns: 300 },
  );
});

test('random bytes, with boundaries among them, never throw and are events of no kind', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('--b\r\n', '\n--b', '--', '\r\n\r\n', '\n\n', '{', '<a>', '--b--')
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const context = createRecordingContext(testNow);
      const intake = createEventIntake(context);
      const scanner = createBodyScanner(65_536);
      for (const chunk of pieces)
        for (const { bytes } of scanner.push(chunk)) intake.accept(bytes, '10.0.3.17');
      for (const { bytes } of scanner.end()) intake.accept(bytes, '10.0.3.17');
      expect(
        context.accepted.filter(({ body }) => 'kind' in body && body.kind !== 'unreadable-alarm'),
      ).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test.each(['--b\n', '\n--', '\n--b\n', '--a\n\n', '-', ' ', '<b/>', '{"a":', '['])(
  '64 KiB of %j took the only thread for up to a minute: it is one message for a person to look at',
  async (what) => {
    const context = createRecordingContext(testNow);
    const bodies = createRequestBodies(context, createEventIntake(context), 10_485_760);
    const bytes = Buffer.from(`--b\n\n${what.repeat(65_000 / what.length)}`);
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += 1460) yield bytes.subarray(at, at + 1460);
    };
    expect(await bodies.accept(chunks(), '10.0.3.17')).toBe(true);
    expect(context.counts).toEqual({ 'unreadable-frames': 1 });
  },
);

test('an event behind more parts than a body may have is told to a person', async () => {
  const context = createRecordingContext(testNow);
  const bodies = createRequestBodies(context, createEventIntake(context), 10_485_760);
  const body = `${'--b\r\n\r\nnothing\r\n'.repeat(300)}--b\r\n\r\n${forced}\r\n--b--\r\n`;
  const chunks = async function* () {
    yield Buffer.from(body);
  };
  expect(await bodies.accept(chunks(), '10.0.3.17')).toBe(true);
  expect(context.accepted.map(({ body: said }) => said)).toEqual([
    expect.objectContaining({ kind: 'unreadable-alarm', text: expect.stringContaining('subEventType 27') }),
  ]);
});
