import { expect, test } from 'vitest';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import { incidentOnlyKinds, warningOnlyKinds } from '#contracts/facts/incident-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';

test('every kind has a name in both languages, and no two kinds have the same', () => {
  expect(Object.keys(kindWords).toSorted()).toEqual(
    [
      ...Object.keys(eventKinds),
      ...Object.keys(warningOnlyKinds),
      ...Object.keys(incidentOnlyKinds),
    ].toSorted(),
  );
  for (const language of ['zh', 'en'] as const) {
    const names = Object.values(kindWords).map((words) => words[language]);
    expect(names).not.toContain('');
    expect(new Set(names).size).toBe(names.length);
  }
});
