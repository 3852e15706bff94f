import { expect, test } from 'vitest';
import { createTestDispatch } from '../testing/opened.ts';
import { dayIn, takeIncidentNumber } from './incident-number.ts';

test('the day is that of the community, and an unknown timezone counts as Shanghai', () => {
  const at = Date.UTC(2026, 10, 23, 16, 30);
  expect(dayIn('Asia/Shanghai', at)).toBe('20261124');
  expect(dayIn('Asia/Urumqi', at)).toBe('20261123');
  expect(dayIn('Mars/Olympus', at)).toBe('20261124');
});

test('numbers count by day and community and grow beyond 999', async () => {
  const dispatch = await createTestDispatch();
  const opened = await dispatch.open();
  const day = 86_400_000;
  const numbers = await opened.file.write(async (writing) => {
    await writing.trx
      .insertInto('day_counter')
      .values({ community: 'c1', day: '20261124', last: 998 })
      .execute();
    const take = (community: string, at: number) => takeIncidentNumber(writing, community, at);
    const { now } = writing;
    return [await take('c1', now), await take('c1', now), await take('c2', now), await take('c1', now + day)];
  });
  expect(numbers).toEqual(['20261124-999', '20261124-1000', '20261124-001', '20261125-001']);
  await opened.close();
  dispatch.remove();
});
