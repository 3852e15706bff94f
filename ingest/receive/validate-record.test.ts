import { expect, test } from 'vitest';
import { exampleAlarmRecord } from '#contracts/record.ts';
import { unreadableAlarm } from './platform-record.ts';
import { validateAlarm } from './validate-record.ts';

const source = { community: 'c1', gateway: 'gw1', lane: 'alarm' } as const;

test('what may be a radio repeat is journalled as such, of a device nobody registered too', () => {
  const record = { ...exampleAlarmRecord, possibleRepeat: true };
  const payload = Buffer.from(JSON.stringify({ schemaVersion: 1, record }));
  const known = validateAlarm({ source, findDevice: () => 'd1' }, payload);
  expect(known).toMatchObject({
    outcome: 'accepted',
    hasUnknownFields: false,
    record: { possibleRepeat: true },
  });
  const unknown = validateAlarm({ source, findDevice: () => undefined }, payload);
  expect(unknown).toMatchObject({ outcome: 'rejected', readable: { record: { possibleRepeat: true } } });
});

test('an alarm that the gateway could not read keeps its sender and reason, though its device is registered nowhere', () => {
  const body = {
    type: 'event',
    kind: 'unreadable-alarm',
    text: 'from 10.0.0.5',
    unreadable: { reason: 'expected JSON', raw: '7b' },
  } as const;
  const record = { ...exampleAlarmRecord, device: 'hikvision-isapi:unknown', body };
  const payload = Buffer.from(JSON.stringify({ schemaVersion: 1, record }));
  const validated = validateAlarm({ source, findDevice: () => undefined }, payload);
  if (validated.outcome !== 'rejected') throw new Error('it was taken for a device of the registry');
  expect(unreadableAlarm(validated, 'ab'.repeat(32), 0)).toMatchObject({
    device: 'unknown',
    address: 'hikvision-isapi:unknown',
    body,
  });
});

test('neither an end nor a reset of a panel that is registered nowhere sends people to look, a fire of it does', () => {
  const raises = (body: object) => {
    const record = {
      ...exampleAlarmRecord,
      device: 'gb26875:0a0b0c0d0e0f',
      body: { type: 'event', ...body },
    };
    const payload = Buffer.from(JSON.stringify({ schemaVersion: 1, record }));
    const validated = validateAlarm({ source, findDevice: () => undefined }, payload);
    return validated.outcome === 'rejected' ? validated.raises : validated.outcome;
  };
  expect(raises({ kind: 'fire', active: true })).toBe(true);
  expect(raises({ kind: 'fire', active: false })).toBe(false);
  expect(raises({ kind: 'panel-reset', code: '4.0' })).toBe(false);
});
