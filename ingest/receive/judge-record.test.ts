import { expect, test } from 'vitest';
import { exampleAlarmRecord } from '#contracts/record.ts';
import { judgeAlarm } from './judge-record.ts';

const source = { community: 'c1', gateway: 'gw1', lane: 'alarm' } as const;

test('what may be a radio repeat is journalled as such, of a device nobody registered too', () => {
  const record = { ...exampleAlarmRecord, possibleRepeat: true };
  const payload = Buffer.from(JSON.stringify({ schemaVersion: 1, record }));
  const known = judgeAlarm({ source, findDevice: () => 'd1' }, payload);
  expect(known).toMatchObject({
    outcome: 'accepted',
    hasUnknownFields: false,
    record: { possibleRepeat: true },
  });
  const unknown = judgeAlarm({ source, findDevice: () => undefined }, payload);
  expect(unknown).toMatchObject({ outcome: 'rejected', readable: { record: { possibleRepeat: true } } });
});
