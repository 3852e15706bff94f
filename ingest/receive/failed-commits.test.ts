import { expect, test } from 'vitest';
import { createFailedCommits, failuresBeforeSetAside } from './failed-commits.ts';
import { judgeSafely } from './judge-safely.ts';

test('a record is set aside at its third failure, however many of another gateway fail meanwhile', () => {
  const failed = createFailedCommits();
  const judged = (gateway: string, text: string) => {
    const source = { community: 'c1', gateway, lane: 'alarm' } as const;
    const [judgement] = judgeSafely({ source, findDevice: () => undefined }, Buffer.from(text));
    if (!judgement) throw new Error('nothing judged');
    return judgement as Parameters<typeof failed>[0];
  };
  for (let count = 1; count < failuresBeforeSetAside; count++) {
    expect(failed(judged('gw1', 'poison'), 'why')).toBeUndefined();
    for (let n = 0; n < 1000; n++) failed(judged('noisy', `junk ${count} ${n}`), 'why');
  }
  expect(failed(judged('gw1', 'poison'), 'why')).toMatchObject({ letter: { gateway: 'gw1' } });
});

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
