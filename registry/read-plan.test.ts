import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { maxListedFaults, readPlan } from './read-plan.ts';

const example = readFileSync(resolve(import.meta.dirname, '../docs/community-plan.example.json'), 'utf8');
const bytes = (text: string) => new TextEncoder().encode(text);

/** The lines of the refusal of a text. */
function faultsOf(given: string | Uint8Array): string[] {
  try {
    readPlan(typeof given === 'string' ? bytes(given) : given, 'plan.json');
  } catch (error) {
    expect(error).toMatchObject({ code: 'REGISTRY_PLAN_INVALID' });
    return (error as Error).message.split('\n');
  }
  throw new Error('the plan was taken');
}

/** The example with one text in the place of another, which has to stand in it once. */
function changed(...changes: [from: string, to: string][]): string {
  return changes.reduce((text, [from, to]) => {
    expect(text.split(from)).toHaveLength(2);
    return text.replace(from, () => to);
  }, example);
}

/** Line and column of the first place of a text in another, from 1. */
function placeOf(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

test('the example is taken, its addresses as the adapters write them', () => {
  const plan = readPlan(bytes(example), 'plan.json');
  expect(plan.devices.map(({ address }) => address)).toEqual([
    'watch-3g:6900000001',
    'hikvision-isapi:c0517eaa0001',
    'gb26875:060504030201',
    'zigbee2mqtt:00124b0000000000',
    'zigbee2mqtt:00124b0000000002',
    'zigbee2mqtt:00124b0000000004',
  ]);
});

test.each([
  ['a byte order mark', `\uFEFF${example}`],
  ['lines that end as in Windows', example.replaceAll('\n', '\r\n')],
  ['comments and a comma behind the last entry', `// 河畔\n${example.replace(/\]\n\}\s*$/, '],}')}`],
])('%s is taken', (_what, text) => {
  expect(readPlan(bytes(text), 'plan.json')).toEqual(readPlan(bytes(example), 'plan.json'));
});

const utf16 = (text: string, mark = '\uFEFF') => new Uint8Array(Buffer.from(`${mark}${text}`, 'utf16le'));
/** 河畔 in GBK. */
const gbk = new Uint8Array([...bytes('{\n"name": "'), 0xba, 0xd3, 0xc5, 0xcf, ...bytes('"}')]);

test.each([
  ['UTF-16', utf16(example), /^plan\.json is in UTF-16 LE .*save it as UTF-8$/],
  ['UTF-16 without its mark', utf16(example, ''), /^plan\.json is in UTF-16 LE/],
  ['UTF-16 the other way round', new Uint8Array(Buffer.from(utf16(example)).swap16()), /is in UTF-16 BE/],
  ['GBK', gbk, /^plan\.json is not UTF-8 from line 2 on; it looks like GBK .*save it as UTF-8$/],
  [
    'no text at all',
    new Uint8Array([0x7b, 0xff, 0xff, 0x80]),
    /^plan\.json is not UTF-8 from line 1 on: is it a text/,
  ],
  ['nothing', bytes(' \n'), /^plan\.json is empty$/],
])('a file in %s is refused in words', (_what, given, words) => {
  expect(faultsOf(given)).toEqual([expect.stringMatching(words)]);
});

test('a fault of syntax has its line and column, and a full-width comma its name', () => {
  const text = changed(['"nameEn": "Riverside community",', '"nameEn": "Riverside community"，']);
  expect(faultsOf(text)[0]).toBe(`plan.json:${placeOf(text, '，')} "，" is a full-width character; write ,`);
  expect(faultsOf(example.slice(0, 400)).at(-1)).toMatch(/the file ends too early/);
  expect(faultsOf('['.repeat(100_000))).toEqual([
    'plan.json:1:1 lists and objects stand too deep in one another',
  ]);
});

test.each<[what: string, from: string, to: string, at: string, words: string]>([
  [
    'an unknown time zone',
    '"Asia/Shanghai"',
    '"Asia/Beijing"',
    '"Asia/Beijing"',
    'community.timezone: "Asia/Beijing" is no time zone such as Asia/Shanghai; did you mean "Asia/Shanghai"?',
  ],
  [
    'a time zone in small letters',
    '"Asia/Shanghai"',
    '"asia/shanghai"',
    '"asia/shanghai"',
    'community.timezone: "asia/shanghai" is no time zone such as Asia/Shanghai; did you mean "Asia/Shanghai"?',
  ],
  [
    'a wrong protocol',
    '"zigbee2mqtt:0x00124B0000000002"',
    '"zigbee:0x00124B0000000002"',
    '"zigbee:0x00124B0000000002"',
    'devices[4].address: "zigbee:0x00124B0000000002": protocol has to be a protocol and a colon first, one of watch-3g, gb26875, hikvision-isapi, zigbee2mqtt, http; did you mean "zigbee2mqtt:0x00124B0000000002"?',
  ],
  [
    'an address of too few digits',
    '"gb26875:06 05 04 03 02 01"',
    '"gb26875:06 05 04 03 02"',
    '"gb26875:06 05 04 03 02"',
    'devices[2].address: "gb26875:06 05 04 03 02": identity has to be the transmitter\'s source address, 12 hexadecimal digits',
  ],
  [
    'a missing gateway',
    '"gateway": "hosted-1"',
    '"gateway": "hosted1"',
    '"hosted1"',
    'devices[0].gateway: no gateway "hosted1" in this plan; did you mean "hosted-1"?; known: gw-1, hosted-1',
  ],
  [
    'a missing dwelling',
    '"id": "r-202", "dwelling": "b1u1-202"',
    '"id": "r-202", "dwelling": "b1u1-203"',
    '"b1u1-203"',
    'residents[1].dwelling: no dwelling "b1u1-203" in this plan; did you mean "b1u1-201"?; known: b1u1-101, b1u1-102, b1u1-201, b1u1-202',
  ],
  [
    'a consent for somebody unknown',
    '"person": "relative-101"',
    '"person": "relative-102"',
    '"relative-102"',
    'consents[0].person: no person "relative-102" in this plan; did you mean "relative-101"?; known: manager, guard-1, station-1, relative-101',
  ],
  [
    'a family right without its resident',
    '{ "role": "family", "scope": "r-101" }',
    '{ "role": "family" }',
    '"family"',
    'people[3].rights[0].role: family needs a scope: the resident whose family it is',
  ],
  [
    'a family right of an unknown resident',
    '"scope": "r-101"',
    '"scope": "r-103"',
    '"r-103"',
    'people[3].rights[0].scope: no resident "r-103" in this plan; did you mean "r-101"?; known: r-101, r-202',
  ],
  [
    'a post narrowed to a part',
    '{ "role": "guard" }',
    '{ "role": "guard", "scope": "b1" }',
    '"b1" }',
    'people[1].rights[0].scope: a guard is one of the whole community: leave scope out',
  ],
  [
    'an id that stands twice',
    '"id": "smoke-202"',
    '"id": "panel-b1"',
    '"panel-b1",\n      "gateway": "gw-1",\n      "address": "zigbee2mqtt:0x00124B0000000002"',
    'devices[4].id: "panel-b1" is another device\'s id too: devices[2]',
  ],
  [
    'one address for two devices, however it is written',
    '"zigbee2mqtt:0x00124B0000000004"',
    '"zigbee2mqtt:00:12:4b:00:00:00:00:02"',
    '"zigbee2mqtt:00:12:4b:00:00:00:00:02"',
    'devices[5].address: "zigbee2mqtt:00124b0000000002" is the address of "smoke-202" already',
  ],
  [
    'a device of a resident who lives elsewhere',
    '"dwelling": "b1u1-202"\n    },\n',
    '"dwelling": "b1u1-202",\n      "resident": "r-101"\n    },\n',
    '"r-101"\n    },\n    {\n      "id": "button-101"',
    'devices[4].resident: "r-101" lives in "b1u1-101", the device is in "b1u1-202"',
  ],
  [
    'a wrong class',
    '"class": "watch"',
    '"class": "wach"',
    '"wach"',
    'devices[0].class: "wach" is none of those known; did you mean "watch"?; known: watch, gate, fire-panel, smoke-detector, gas-detector, water-sensor, door-sensor, motion-sensor, sos-button, lock, siren, zigbee-bridge',
  ],
  [
    'a wrong role',
    '"role": "responder"',
    '"role": "responders"',
    '"responders"',
    'people[2].rights[0].role: "responders" is none of those known; did you mean "responder"?; known: guard, manager, responder, family',
  ],
  [
    'an unknown field',
    '"livesAlone": true',
    '"liveAlone": true',
    '"liveAlone"',
    'residents[0].liveAlone: "liveAlone" is no known field; did you mean "livesAlone"?; known: id, dwelling, name, livesAlone, inactivityMs, arrivalNote',
  ],
  [
    'an id in capitals',
    '"id": "station-1"',
    '"id": "Station 1"',
    '"Station 1"',
    'people[2].id: "Station 1" is no id: 1 to 48 small letters, digits and hyphens, a letter or digit first; did you mean "station-1"?',
  ],
  [
    "a name of the platform's own",
    '"riverside"',
    '"service"',
    '"service"',
    'community.id: "service" is a name of the platform\'s own; take another',
  ],
  ['a number in quotes', '43200000', '"12h"', '"12h"', 'residents[0].inactivityMs: has to be a whole number'],
  [
    'a field that is missing',
    '{ "id": "gw-1", "name": "小区网关" }',
    '{ "id": "gw-1" }',
    '{ "id": "gw-1" }',
    'gateways[0]: "name" is missing',
  ],
  [
    'a key that stands twice',
    '"nameEn": "Riverside community"',
    '"nameZh": "Riverside community"',
    '"nameZh": "Riverside community"',
    '"nameZh" stands twice in one object; take one away',
  ],
])('%s is refused with its place and what is right', (_what, from, to, at, words) => {
  const text = changed([from, to]);
  expect(faultsOf(text)).toEqual([`plan.json:${placeOf(text, at)} ${words}`]);
});

test('all faults of a plan are told at once, in the order of the file', () => {
  const text = changed(
    ['"Asia/Shanghai"', '"Asia/Shanghay"'],
    ['"class": "gate"', '"class": "gates"'],
    ['"zigbee2mqtt:0x00124B0000000004"', '"button-4"'],
    ['"person": "relative-101"', '"person": "daughter"'],
  );
  expect(faultsOf(text).map((line) => line.split(' ')[1])).toEqual([
    'community.timezone:',
    'devices[1].class:',
    'devices[5].address:',
    'consents[0].person:',
  ]);
});

test('of very many faults the first are told, and how many there are', () => {
  const grids = Array.from({ length: 400 }, (_, index) => `{ "id": "G${index}", "name": "网格" }`);
  const faults = faultsOf(changed(['"grids": [', `"grids": [${grids.join()}, `]));
  expect(faults).toHaveLength(maxListedFaults + 1);
  expect(faults.at(-1)).toBe(`and ${400 - maxListedFaults} more`);
});
