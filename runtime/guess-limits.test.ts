import { expect, test } from 'vitest';
import { accountLimits, createGuessLimits, type Guesser, networkLimits } from './guess-limits.ts';
import { createMemoryGuessStore } from './guess-store.ts';

function limitsAt(clock: { now: number }) {
  return createGuessLimits(
    'test',
    {
      known: accountLimits,
      stranger: accountLimits,
      network: networkLimits,
      allStrangers: { free: 30, firstWaitMs: 1000, maxWaitMs: 30_000 },
    },
    { store: createMemoryGuessStore(), now: () => clock.now },
  );
}
const from = (network: number): Guesser => ({ network: `203.0.113.${network}` });

test('strangers elsewhere who guess make nobody wait for longer than themselves: what is refused counts nowhere', async () => {
  const clock = { now: 0 };
  const limits = limitsAt(clock);
  for (let guess = 0; guess <= 30; guess++) await limits.begin('owner', from(guess % 15));
  for (let attempt = 0; attempt < 50; attempt++) {
    expect(await limits.begin('owner', from(200))).toMatchObject({ isAllowed: false });
  }
  expect(await limits.begin('neighbour', from(200))).toMatchObject({ isAllowed: true, failedBefore: false });
  clock.now += 30_000;
  expect(await limits.begin('owner', from(200))).toMatchObject({ isAllowed: true });
});

test.each([undefined, 'browser 1'])(
  'guesses that could not be checked slow nobody (known as %s)',
  async (known) => {
    const limits = limitsAt({ now: 0 });
    for (let attempt = 0; attempt < 50; attempt++) {
      const guess = await limits.begin('owner', { ...from(1), known });
      expect(guess).toMatchObject({ isAllowed: true, failedBefore: false });
      if (guess.isAllowed) await guess.unchecked();
    }
  },
);

test('one who waits for one login keeps no other of the same network waiting', async () => {
  const limits = limitsAt({ now: 0 });
  for (let attempt = 0; attempt < 50; attempt++) await limits.begin('forgetful', from(1));
  expect(await limits.begin('colleague', from(1))).toMatchObject({ isAllowed: true });
});
