import { expect, test } from 'vitest';
import { deviceClassWords } from '#contracts/device-class-words.ts';
import { eventKinds } from '#contracts/event-kinds.ts';
import { kindWords } from '#contracts/kind-words.ts';
import { incidentOnlyKinds, warningOnlyKinds } from '#contracts/notices.ts';
import { deviceClasses } from '#registry/community-plan.ts';

test('every kind has a name in both languages, and no two kinds have the same', () => {
  expect(Object.keys(kindWords).toSorted()).toEqual(
    [...Object.keys(eventKinds), ...warningOnlyKinds, ...incidentOnlyKinds].toSorted(),
  );
  for (const language of ['zh', 'en'] as const) {
    const names = Object.values(kindWords).map((words) => words[language]);
    expect(names).not.toContain('');
    expect(new Set(names).size).toBe(names.length);
  }
});

test('every class of device has a name', () => {
  expect(Object.keys(deviceClassWords).toSorted()).toEqual(deviceClasses.toSorted());
});
