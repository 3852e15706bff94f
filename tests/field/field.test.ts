import { expect, test } from 'vitest';
import { readFieldCases } from './field-case.ts';
import { playCase } from './play-case.ts';

const cases = readFieldCases(import.meta.dirname);

test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

test.each(cases)('$name: $about', playCase);
