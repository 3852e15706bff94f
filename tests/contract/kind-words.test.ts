import { expect, test } from 'vitest';
import { deviceClassWords } from '#contracts/facts/device-classes.ts';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import { incidentOnlyKinds, warningOnlyKinds } from '#contracts/facts/incident-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
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
