import { expect, test } from 'vitest';
import { createFailedCommits, failuresBeforeSetAside } from './failed-commits.ts';
import { judgeSafely } from './judge-safely.ts';

test('what a gateway of another community sends alike, with the same id, is not set aside for our failures', () => {
  const failed = createFailedCommits();
  const [ours, theirs] = ['c1', 'c2'].map((community) => {
    const source = { community, gateway: 'gw1', lane: 'alarm' } as const;
    const [judgement] = judgeSafely({ source, findDevice: () => undefined }, Buffer.from('no record'));
    if (!judgement) throw new Error('nothing judged');
    return judgement;
  }) as [Parameters<typeof failed>[0], Parameters<typeof failed>[0]];
  for (let count = 1; count < failuresBeforeSetAside; count++) expect(failed(ours, 'why')).toBeUndefined();
  expect(failed(theirs, 'why')).toBeUndefined();
  expect(failed(ours, 'why')).toMatchObject({ letter: { community: 'c1' } });
});
