import { expect, test } from 'vitest';
import { createFailedCommits, maxFailures } from './failed-commits.ts';
import { validateSafely } from './validate-safely.ts';

test('a record becomes a dead letter at its third failure, however many of another gateway fail meanwhile', () => {
  const failed = createFailedCommits();
  const validated = (gateway: string, text: string) => {
    const source = { community: 'c1', gateway, lane: 'alarm' } as const;
    const [validation] = validateSafely({ source, findDevice: () => undefined }, Buffer.from(text));
    if (!validation) throw new Error('nothing validated');
    return validation as Parameters<typeof failed>[0];
  };
  for (let count = 1; count < maxFailures; count++) {
    expect(failed(validated('gw1', 'poison'), 'why')).toBeUndefined();
    for (let n = 0; n < 1000; n++) failed(validated('noisy', `junk ${count} ${n}`), 'why');
  }
  expect(failed(validated('gw1', 'poison'), 'why')).toMatchObject({ deadLetter: { gateway: 'gw1' } });
});

test('what a gateway of another community sends alike, with the same id, is no dead letter for our failures', () => {
  const failed = createFailedCommits();
  const [ours, theirs] = ['c1', 'c2'].map((community) => {
    const source = { community, gateway: 'gw1', lane: 'alarm' } as const;
    const [validation] = validateSafely({ source, findDevice: () => undefined }, Buffer.from('no record'));
    if (!validation) throw new Error('nothing validated');
    return validation;
  }) as [Parameters<typeof failed>[0], Parameters<typeof failed>[0]];
  for (let count = 1; count < maxFailures; count++) expect(failed(ours, 'why')).toBeUndefined();
  expect(failed(theirs, 'why')).toBeUndefined();
  expect(failed(ours, 'why')).toMatchObject({ deadLetter: { community: 'c1' } });
});
