import { expect, test } from 'vitest';
import { deviceProtocols } from '#contracts/device-address.ts';
import { adapters } from '#edge/adapters/all.ts';

test('an address may begin with the name of every adapter, and with no other', () => {
  expect([...deviceProtocols].toSorted()).toEqual(
    adapters.map(({ settings }) => settings.protocol).toSorted(),
  );
});
