import { expect, test } from 'vitest';
import { accountLimits, createGuessLimits, type Guesser, networkLimits } from './guess-limits.ts';

function limitsAt(clock: { now: number }) {
  return createGuessLimits(
    {
      known: accountLimits,
      stranger: accountLimits,
      network: networkLimits,
      allStrangers: { free: 30, firstWaitMs: 1000, maxWaitMs: 30_000 },
    },
    () => clock.now,
  );
}
const from = (network: number): Guesser => ({ network: `203.0.113.${network}` });

test('strangers elsewhere who guess make nobody wait for longer than themselves: what is refused counts nowhere', () => {
  const clock = { now: 0 };
  const limits = limitsAt(clock);
  for (let guess = 0; guess <= 30; guess++) limits.begin('owner', from(guess % 15));
  for (let attempt = 0; attempt < 50; attempt++) {
    expect(limits.begin('owner', from(200))).toMatchObject({ isAllowed: false });
  }
  expect(limits.begin('neighbour', from(200))).toMatchObject({ isAllowed: true, failedBefore: false });
  clock.now += 30_000;
  expect(limits.begin('owner', from(200))).toMatchObject({ isAllowed: true });
});

test.each([undefined, 'browser 1'])(
  'guesses that could not be checked slow nobody (known as %s)',
  (known) => {
    const limits = limitsAt({ now: 0 });
    for (let attempt = 0; attempt < 50; attempt++) {
      const guess = limits.begin('owner', { ...from(1), known });
      expect(guess).toMatchObject({ isAllowed: true, failedBefore: false });
      if (guess.isAllowed) guess.unchecked();
    }
  },
);

test('one who waits for one login keeps no other of the same network waiting', () => {
  const limits = limitsAt({ now: 0 });
  for (let attempt = 0; attempt < 50; attempt++) limits.begin('forgetful', from(1));
  expect(limits.begin('colleague', from(1)).isAllowed).toBe(true);
});
