import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDeviceAddress } from './device-address.ts';
import { DeviceAddress } from './facts/identifiers.ts';
import { createValidator } from './validate.ts';

const isAddress = createValidator(DeviceAddress);

test.each([
  ['zigbee2mqtt:0x00124B0000000001', 'zigbee2mqtt:00124b0000000001'],
  ['zigbee2mqtt:00:12:4B:00:00:00:00:01', 'zigbee2mqtt:00124b0000000001'],
  ['Zigbee2MQTT: 0x00-12-4b-00-00-00-00-01 ', 'zigbee2mqtt:00124b0000000001'],
  ['zigbee2mqtt：０ｘ００１２４Ｂ００００００００ＡＢ', 'zigbee2mqtt:00124b00000000ab'],
  ['zigbee2mqtt:kitchen_smoke', 'zigbee2mqtt:kitchen_smoke'],
  ['gb26875:06 05 04 03 02 0A', 'gb26875:06050403020a'],
  ['GB26875:0x06-05-04-03-02-01/1.1.3.17', 'gb26875:060504030201/1.1.3.17'],
  ['gb26875:060504030201/1.1', 'gb26875:060504030201/1.1'],
  ['watch-3g:69 0791 9734', 'watch-3g:6907919734'],
  ['watch-3g:35-765305-986041-6', 'watch-3g:357653059860416'],
  ['hikvision-isapi:C0:51:7E:AA:BB:CC', 'hikvision-isapi:c0517eaabbcc'],
  ['hikvision-isapi:C0-51-7E-AA-BB-CC/1', 'hikvision-isapi:c0517eaabbcc/1'],
  ['hikvision-isapi:c051.7eaa.bbcc/zone-3', 'hikvision-isapi:c0517eaabbcc/zone-3'],
  ['hikvision-isapi:192.168.101.102/1', 'hikvision-isapi:192.168.101.102/1'],
  ['hikvision-isapi:fe80::1', 'hikvision-isapi:fe80--1'],
  ['http:pump-room', 'http:pump-room'],
])('%s as it is printed is %s as its adapter writes it', (printed, address) => {
  expect(readDeviceAddress(printed)).toEqual({ ok: true, address });
  expect(isAddress(address).ok).toBe(true);
  expect(readDeviceAddress(address)).toEqual({ ok: true, address });
});

test.each([
  ['zigbee:0x00124b0000000001', 'protocol', 'zigbee'],
  ['6907919734', 'protocol', '6907919734'],
  ['zigbee2mqtt:0x00124b00', 'identity', '0x00124b00'],
  ['zigbee2mqtt:00:12:4b', 'identity', '00:12:4b'],
  ['gb26875:6.5.4.3.2.1', 'identity', '6.5.4.3.2.1'],
  ['gb26875:06050403020', 'identity', '06050403020'],
  ['gb26875:060504030201/3-17', 'component', '3-17'],
  ['watch-3g:王阿姨', 'identity', '王阿姨'],
  ['hikvision-isapi:c0:51:7e:aa:00', 'identity', 'c0:51:7e:aa:00'],
  ['hikvision-isapi:east-gate', 'identity', 'east-gate'],
  ['http:', 'identity', ''],
])('%s is refused for its %s', (text, part, given) => {
  const read = readDeviceAddress(text);
  expect(read).toMatchObject({ ok: false, part, given });
  expect(read.ok || read.expected).toMatch(/\w/);
});

test('every address that an adapter wrote in its cases is left as it is', () => {
  const files = globSync('edge/adapters/*/testcases/*/expected.json', {
    cwd: resolve(import.meta.dirname, '..'),
  });
  const written = files.flatMap((file) =>
    [...readFileSync(resolve(import.meta.dirname, '..', file), 'utf8').matchAll(/"device": *"([^"]+)"/g)].map(
      ([, address]) => address as string,
    ),
  );
  expect(new Set(written.map((address) => address.split(':')[0])).size).toBeGreaterThanOrEqual(4);
  for (const address of written) expect(readDeviceAddress(address)).toEqual({ ok: true, address });
});
