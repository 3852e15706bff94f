import { expect, test } from 'vitest';
import { createPolicies, longestWait, policyOf, stepOf, unansweredStep, waitAfter } from './policy.ts';

const policies = createPolicies({ stepMs: 60_000, repeats: 2, repeatMs: 300_000, channels: ['in-app'] });

test('red and orange insist more with each step, then repeat, then nobody answers and it is told without end', () => {
  for (const policy of [policies['red-life-safety'], policies.red, policies.orange]) {
    const insistence = [0, 1, 2, 3, 4, 5, 1000].map((number) => stepOf(policy, number)?.insistence);
    expect(insistence).toEqual([1, 2, 3, 3, 3, 3, 3]);
    expect([0, 1, 2, 3, 4].map((number) => waitAfter(policy, number))).toEqual(Array(5).fill(60_000));
    expect(unansweredStep(policy)).toBe(5);
    expect([5, 6, 1000].map((number) => waitAfter(policy, number))).toEqual(Array(3).fill(300_000));
  }
});

test.each([
  ['red', 1, 'everyone'],
  ['red', 0, 'staff'],
  ['orange', 1, 'staff'],
  ['orange', 0, 'staff'],
] as const)(
  '%s with life safety %i tells %s first, and everyone from the second step',
  (level, life, first) => {
    const policy = policyOf(policies, { level, life_safety: life, kind: 'sos' });
    expect([0, 1, 2, 3].map((number) => stepOf(policy, number)?.to)).toEqual([
      first,
      'everyone',
      'everyone',
      'everyone',
    ]);
  },
);

test('a detector that cannot be read is told to managers first, then to all staff, and to no responder', () => {
  const policy = policyOf(policies, { level: 'red', life_safety: 0, kind: 'detector-unread' });
  expect([0, 1, 2, 3].map((number) => stepOf(policy, number)?.to)).toEqual([
    'managers',
    'staff',
    'staff',
    'staff',
  ]);
  expect(unansweredStep(policy)).toBe(5);
});

test('yellow is told once, to staff, and waits for nobody', () => {
  expect([0, 1].map((number) => stepOf(policies.yellow, number)?.insistence)).toEqual([1, undefined]);
  expect(stepOf(policies.yellow, 0)?.to).toBe('staff');
  expect(waitAfter(policies.yellow, 0)).toBeUndefined();
  expect(unansweredStep(policies.yellow)).toBeUndefined();
});

test('the longest wait is the longest of all steps and of telling again', () => {
  expect(longestWait(policies)).toBe(300_000);
  expect(longestWait(createPolicies({ stepMs: 60_000, repeats: 0, repeatMs: 1000, channels: [] }))).toBe(
    60_000,
  );
});
