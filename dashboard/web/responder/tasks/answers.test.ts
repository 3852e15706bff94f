import { expect, test } from 'vitest';
import { createAnswers, maxAnswers } from './answers.ts';

function createStorage(content: Record<string, string> = {}) {
  return {
    content,
    getItem: (key: string) => content[key] ?? null,
    setItem: (key: string, value: string) => {
      content[key] = value;
    },
  };
}

test("an answer outlives a reload, and is one person's alone", () => {
  const storage = createStorage();
  createAnswers(storage, 'station-1').answer('i-1', 2);
  expect(createAnswers(storage, 'station-1').get('i-1')).toBe(2);
  expect(createAnswers(storage, 'station-2').get('i-1')).toBeUndefined();
});

test('a later answer counts, an earlier one does not take it back, and listeners hear of a change only', () => {
  const answers = createAnswers(createStorage(), 'station-1');
  let heard = 0;
  const stop = answers.subscribe(() => {
    heard += 1;
  });
  answers.answer('i-1', 2);
  answers.answer('i-1', 1);
  answers.answer('i-1', 3);
  stop();
  answers.answer('i-1', 4);
  expect([answers.get('i-1'), heard, answers.getVersion()]).toEqual([4, 2, 3]);
});

test('of more than a phone keeps, the oldest answer goes', () => {
  const storage = createStorage();
  const answers = createAnswers(storage, 'station-1');
  for (let n = 0; n <= maxAnswers; n += 1) answers.answer(`i-${n}`, 1);
  expect(answers.get('i-0')).toBeUndefined();
  expect(answers.get('i-1')).toBe(1);
  expect(JSON.parse(storage.content['shouwang.answered.station-1'] ?? '[]')).toHaveLength(maxAnswers);
});

test.each(['', 'no json', '{"i-1":1}', '[["i-1","2"],[3,4],null]'])(
  'of what does not fit, %j, nothing counts',
  (text) => {
    const storage = createStorage({ 'shouwang.answered.station-1': text });
    expect(createAnswers(storage, 'station-1').get('i-1')).toBeUndefined();
  },
);
