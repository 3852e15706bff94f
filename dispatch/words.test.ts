import { expect, test } from 'vitest';
import { clip, summaryOf } from './words.ts';

test('a drill and a late alarm say so before anything else', () => {
  expect(summaryOf({ kind: 'fire', label: '3栋', late: true, drill: true })).toEqual({
    zh: '【演练】迟到，需核实：火警：3栋',
    en: '[Drill] Late, verify: Fire alarm: 3栋',
  });
});

test('a text is cut without splitting a character', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('ab…');
  expect(clip('a𠮷bc', 3)).toBe('a…');
});
