import { expect, test } from 'vitest';
import { deviceByTopic, readBridgeDevices } from './bridge-devices.ts';
import { definitionFacts } from './definition-facts.ts';

const listed = (model: string) => {
  const entry = { ieee_address: '0x00124b0000000001', friendly_name: 'x', definition: { model } };
  const device = readBridgeDevices([entry])?.get('x');
  if (!device) throw new Error('not read');
  return device;
};

test('a button that only ever says true holds nothing, which its exposes do not tell', () => {
  expect([...definitionFacts(listed('SEB01ZB')).momentaryKeys]).toEqual(['sos']);
  expect(definitionFacts(listed('HS1SA-E')).momentaryKeys.size).toBe(0);
  expect(definitionFacts(deviceByTopic('kitchen')).momentaryKeys.size).toBe(0);
});
