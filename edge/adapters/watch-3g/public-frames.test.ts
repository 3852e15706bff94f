import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedWatch } from '../../testing/feed-watch.ts';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';

const lines = readFileSync(join(import.meta.dirname, 'public-frames.txt'), 'utf8')
  .trimEnd()
  .split('\n');
const frames = lines
  .filter((line) => !line.startsWith('#'))
  .map((line) => line.split('\t') as [read: string, frame: string]);

/** What was read, in the words of the file. */
function summaryOf({ accepted, counts }: RecordingContext): string {
  const said = accepted.map(({ body, historical }) => {
    if (body.type === 'reading') return `${body.quantity}=${body.value}`;
    if (body.type !== 'event' && body.type !== 'position') return body.type;
    const radio = body.radio ? '+radio' : '';
    const place = body.position && (body.position.lastKnown ? 'last' : 'fix');
    if (body.type === 'event') return `${body.kind}${place ? `+${place}` : ''}${radio}`;
    return `${historical ? 'old-' : ''}${place}${radio}`;
  });
  const counted = Object.keys(counts).filter((name) => name.startsWith('un'));
  return [...said, ...counted.map((name) => `(${name})`)].join(' ');
}

test.each(frames)('of a public frame is read: %s', (read, frame) => {
  const context = createRecordingContext(Date.parse('2026-11-24T01:15:00.000Z'));
  feedWatch(context, [Buffer.from(frame, 'latin1')]);
  expect(summaryOf(context)).toBe(read);
});

test('no public frame with an alarm or a place in it is lost', () => {
  for (const [read, frame] of frames) {
    if (/\*AL/.test(frame)) expect(read, frame).toMatch(/alarm|sos|fall|watch-removed/);
    if (/\*(UD|WT|RAD|PP|GS1)/.test(frame)) expect(read, frame).toMatch(/fix|last|radio/);
  }
});
