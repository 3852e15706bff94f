import { describe, expect, test } from 'vitest';
import { outcomes } from '#contracts/incident.ts';
import { validities } from '#contracts/warning-transition.ts';
import {
  isActive,
  isPublished,
  nextValidity,
  nextWarningState,
  type WarningState,
  warningEvents,
  warningStates,
} from './warning-lifecycle.ts';

// Columns: raise, repeat, repeat-late, worsen, clear, acknowledge, hold, reopen; '-' is forbidden.
const table: Record<WarningState, string[]> = {
  none: ['active', '-', '-', '-', '-', '-', '-', '-'],
  active: ['-', 'active', 'active', 'active', 'cleared', 'active-acknowledged', 'held', '-'],
  'active-acknowledged': [
    '-',
    'active-acknowledged',
    'active-acknowledged',
    'active',
    'cleared-acknowledged',
    '-',
    'held',
    '-',
  ],
  held: ['-', 'active', 'held', 'active', 'cleared-acknowledged', '-', '-', 'active'],
  cleared: ['-', '-', 'cleared', '-', '-', 'cleared-acknowledged', '-', '-'],
  'cleared-acknowledged': ['-', '-', 'cleared-acknowledged', '-', '-', '-', '-', '-'],
};

describe.each(warningStates.map((state) => [state] as const))('a warning that is %s', (state) => {
  test.each(warningEvents.map((event, column) => [event, table[state][column]] as const))(
    'on %s becomes %s',
    (event, target) => {
      expect(nextWarningState(state, event) ?? '-').toBe(target);
    },
  );
});

test('a warning holds whether or not somebody has seen it', () => {
  expect(warningStates.filter(isActive)).toEqual(['active', 'active-acknowledged', 'held']);
});

test('sirens are told of no warning whose incident people have resolved', () => {
  expect(warningStates.filter(isPublished)).toEqual(['active', 'active-acknowledged']);
});

test('the last word on validity counts, and the same word twice changes nothing', () => {
  for (const validity of validities) {
    for (const outcome of outcomes) {
      expect(nextValidity(validity, outcome)).toBe(validity === outcome ? undefined : outcome);
    }
  }
});
