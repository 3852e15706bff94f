import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordingContext } from '../../testing/recording-context.ts';
import { maxReportedValues, reportedRefreshMs, reportedUrgentMs } from './config.ts';
import { openReportedValues } from './reported-values.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what was told is on disk at once, and in a storm a moment later in one write', () => {
  const context = createRecordingContext(start);
  const reported = openReportedValues(context);
  const write = vi.spyOn(context.kept, 'write');
  for (let number = 0; number < 1000; number++) {
    reported.set(`a:${number}`, 'smoke', { value: 'true' }, true);
    reported.save();
  }
  expect(write).toHaveBeenCalledOnce();
  expect(openReportedValues(context).get('a:0', 'smoke')).toEqual({ value: 'true' });
  vi.advanceTimersByTime(reportedUrgentMs);
  expect(write).toHaveBeenCalledTimes(2);
  expect(openReportedValues(context).get('a:999', 'smoke')).toEqual({ value: 'true' });
});

test('a newer last_seen waits for the disk, and an end does not wait for it', () => {
  const context = createRecordingContext(start);
  const reported = openReportedValues(context);
  const write = vi.spyOn(context.kept, 'write');
  reported.set('a:1', 'smoke', { value: 'true', lastSeen: 1 }, true);
  reported.save();
  reported.set('a:1', 'smoke', { value: 'true', lastSeen: 3 }, true);
  reported.set('a:1', 'smoke', { value: 'true', lastSeen: 2 }, true);
  reported.save();
  vi.advanceTimersByTime(reportedRefreshMs - 1);
  expect(write).toHaveBeenCalledTimes(1);
  reported.delete('a:1', 'smoke', true);
  reported.save();
  vi.advanceTimersByTime(reportedUrgentMs);
  expect(write).toHaveBeenCalledTimes(2);
  expect(openReportedValues(context).get('a:1', 'smoke')).toBeUndefined();
});

test('beyond its limit the oldest is forgotten', () => {
  const context = createRecordingContext(start);
  const reported = openReportedValues(context);
  for (let number = 0; number <= maxReportedValues; number++)
    reported.set(`a:${number}`, 'gas', { value: '1' }, true);
  expect([reported.get('a:0', 'gas'), reported.get('a:1', 'gas')]).toEqual([undefined, { value: '1' }]);
});

test.each(['{', '{}', '[1,["a:1 gas",null],["a:2 gas",{"value":1}],[{},{"value":"true"}]]'])(
  'a file that cannot be read tells nothing, and is written anew: %s',
  (text) => {
    const context = createRecordingContext(start);
    context.files.set('told-values.json', text);
    const reported = openReportedValues(context);
    expect([reported.get('a:1', 'gas'), reported.get('a:2', 'gas')]).toEqual([undefined, undefined]);
    reported.set('a:1', 'gas', { value: 'true' }, true);
    reported.close();
    expect(openReportedValues(context).get('a:1', 'gas')).toEqual({ value: 'true' });
  },
);

test('a full disk is counted, and tried again with the next change', () => {
  const context = createRecordingContext(start);
  const reported = openReportedValues(context);
  const write = vi.spyOn(context.kept, 'write').mockImplementationOnce(() => {
    throw new Error('ENOSPC');
  });
  reported.set('a:1', 'gas', { value: 'true' }, true);
  reported.close();
  expect(context.counts['reported-values-not-saved']).toBe(1);
  reported.close();
  expect(write).toHaveBeenCalledTimes(2);
  expect(openReportedValues(context).get('a:1', 'gas')).toEqual({ value: 'true' });
});
