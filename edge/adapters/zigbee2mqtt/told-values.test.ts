import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordingContext } from '../../testing/recording-context.ts';
import { maxToldValues, toldRefreshMs, toldUrgentMs } from './config.ts';
import { openToldValues } from './told-values.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what was told is on disk at once, and in a storm a moment later in one write', () => {
  const context = createRecordingContext(start);
  const told = openToldValues(context);
  const write = vi.spyOn(context.kept, 'write');
  for (let number = 0; number < 1000; number++) {
    told.stands(`a:${number}`, 'smoke', { value: 'true' }, true);
    told.save();
  }
  expect(write).toHaveBeenCalledOnce();
  expect(openToldValues(context).get('a:0', 'smoke')).toEqual({ value: 'true' });
  vi.advanceTimersByTime(toldUrgentMs);
  expect(write).toHaveBeenCalledTimes(2);
  expect(openToldValues(context).get('a:999', 'smoke')).toEqual({ value: 'true' });
});

test('a newer last_seen waits for the disk, and an end does not wait for it', () => {
  const context = createRecordingContext(start);
  const told = openToldValues(context);
  const write = vi.spyOn(context.kept, 'write');
  told.stands('a:1', 'smoke', { value: 'true', lastSeen: 1 }, true);
  told.save();
  told.stands('a:1', 'smoke', { value: 'true', lastSeen: 3 }, true);
  told.stands('a:1', 'smoke', { value: 'true', lastSeen: 2 }, true);
  told.save();
  vi.advanceTimersByTime(toldRefreshMs - 1);
  expect(write).toHaveBeenCalledTimes(1);
  told.over('a:1', 'smoke', true);
  told.save();
  vi.advanceTimersByTime(toldUrgentMs);
  expect(write).toHaveBeenCalledTimes(2);
  expect(openToldValues(context).get('a:1', 'smoke')).toBeUndefined();
});

test('beyond its limit the oldest is forgotten', () => {
  const context = createRecordingContext(start);
  const told = openToldValues(context);
  for (let number = 0; number <= maxToldValues; number++)
    told.stands(`a:${number}`, 'gas', { value: '1' }, true);
  expect([told.get('a:0', 'gas'), told.get('a:1', 'gas')]).toEqual([undefined, { value: '1' }]);
});

test.each(['{', '{}', '[1,["a:1 gas",null],["a:2 gas",{"value":1}],[{},{"value":"true"}]]'])(
  'a file that cannot be read tells nothing, and is written anew: %s',
  (text) => {
    const context = createRecordingContext(start);
    context.files.set('told-values.json', text);
    const told = openToldValues(context);
    expect([told.get('a:1', 'gas'), told.get('a:2', 'gas')]).toEqual([undefined, undefined]);
    told.stands('a:1', 'gas', { value: 'true' }, true);
    told.close();
    expect(openToldValues(context).get('a:1', 'gas')).toEqual({ value: 'true' });
  },
);

test('a full disk is counted, and tried again with the next change', () => {
  const context = createRecordingContext(start);
  const told = openToldValues(context);
  const write = vi.spyOn(context.kept, 'write').mockImplementationOnce(() => {
    throw new Error('ENOSPC');
  });
  told.stands('a:1', 'gas', { value: 'true' }, true);
  told.close();
  expect(context.counts['told-values-not-kept']).toBe(1);
  told.close();
  expect(write).toHaveBeenCalledTimes(2);
  expect(openToldValues(context).get('a:1', 'gas')).toEqual({ value: 'true' });
});
