import { expect, test } from 'vitest';
import { openTestDispatch } from '../testing/open-test-dispatch.ts';
import { dayIn, nextIncidentNumber } from './incident-number.ts';

test('the day is that of the community, and an unknown timezone counts as Shanghai', () => {
  const at = Date.UTC(2026, 10, 23, 16, 30);
  expect(dayIn('Asia/Shanghai', at)).toBe('20261124');
  expect(dayIn('Asia/Urumqi', at)).toBe('20261123');
  expect(dayIn('Mars/Olympus', at)).toBe('20261124');
});

test('numbers count by day and community and grow beyond 999', async () => {
  const dispatch = await openTestDispatch();
  const day = 86_400_000;
  const numbers = await dispatch.database.write(async (transaction) => {
    await transaction.trx
      .insertInto('day_counter')
      .values({ community: 'c1', day: '20261124', last: 998 })
      .execute();
    const take = (community: string, at: number) => nextIncidentNumber(transaction, community, at);
    const { now } = transaction;
    return [await take('c1', now), await take('c1', now), await take('c2', now), await take('c1', now + day)];
  });
  expect(numbers).toEqual(['20261124-999', '20261124-1000', '20261124-001', '20261125-001']);
});
