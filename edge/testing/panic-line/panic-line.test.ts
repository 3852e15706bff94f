import { join } from 'node:path';
import { expect, test } from 'vitest';
import { define } from '../../adapters/all.ts';
import { describeAdapter, sendOverTcp } from '../../adapters/describe-adapter.ts';
import { createRecordingContext, readable, readCases } from '../recording-context.ts';
import { panicLineSettings } from './config.ts';
import { createPanicLineSession } from './panic-line.ts';

describeAdapter({
  definition: define(panicLineSettings, async () => (await import('./panic-line.ts')).createPanicLineAdapter),
  enabled: {},
  disabled: { EDGE_PANICLINE_ENABLED: 'false' },
  now: Date.parse('2026-11-24T01:15:00.000Z'),
  sendAlarm: (port) => sendOverTcp(port, 'SOS 7 41\n', (answer) => String(answer) === 'ACK 41\n'),
});

const cases = readCases(join(import.meta.dirname, 'testcases'));

test.each(cases)('case $name, in chunks of any size', ({ input, now, expected }) => {
  for (const size of [1, 7, input.length]) {
    const context = createRecordingContext(now);
    const answers: string[] = [];
    const session = createPanicLineSession(context, {
      remote: 'test',
      trust: () => undefined,
      garbage: () => true,
      write: (bytes) => answers.push(Buffer.from(bytes).toString()),
    });
    for (let at = 0; at < input.length; at += size) session.onBytes(input.subarray(at, at + size));
    expect({ observations: readable(context.accepted), answers, counts: context.counts }).toEqual(expected);
  }
});
