import { expect, test } from 'vitest';
import type { DeviceState } from '#contracts/warning-transition.ts';
import { createRegistry, type RegistryRows } from '#registry/registry.ts';
import { viewerOf, visibleDeviceState } from './rights.ts';

const person = { community: 'c1', name: '值班员', phone: null };
const rows: RegistryRows = {
  revision: 1,
  community: [
    {
      id: 'c1',
      name_zh: '一',
      name_en: 'One',
      timezone: 'Asia/Shanghai',
      division_code: null,
      desk_phone: null,
      retention: null,
    },
  ],
  grid: [],
  building: [],
  unit: [],
  floor: [],
  dwelling: [],
  resident: [],
  gateway: [],
  device: [],
  person: [
    { ...person, id: 'guard', enabled: 1 },
    { ...person, id: 'left', enabled: 0 },
    { ...person, id: 'resident', enabled: 1 },
    { ...person, id: 'part', enabled: 1 },
    { ...person, id: 'lost', enabled: 1, community: 'gone' },
  ],
  person_right: [
    { community: 'c1', person: 'guard', role: 'guard', scope: '' },
    { community: 'c1', person: 'left', role: 'guard', scope: '' },
    { community: 'c1', person: 'resident', role: 'family', scope: '' },
    { community: 'c1', person: 'part', role: 'guard', scope: 'b1' },
    { community: 'gone', person: 'lost', role: 'guard', scope: '' },
  ],
  credential: [],
  consent: [],
};
const registry = createRegistry(rows);

test.each([
  ['staff of the community', 'guard', 'c1'],
  ['somebody who left', 'left', undefined],
  ['a person of no role that may see', 'resident', undefined],
  ['staff of a part only', 'part', undefined],
  ['staff of a community that is gone', 'lost', undefined],
  ['nobody', 'unknown', undefined],
])('%s may see the community: %s', (_who, person, community) => {
  const home = person === 'lost' ? 'gone' : 'c1';
  expect(viewerOf(registry, { community: home, person })?.community).toBe(community);
});

test('staff see that a watch is heard, its battery and its alarms, never vitals or where it is', () => {
  const at = { capturedAt: 1 };
  const state: DeviceState = {
    device: 'd1',
    community: 'c1',
    gateway: 'gw1',
    state: 'live',
    revision: 1,
    latest: {
      battery: { ...at, value: 80 },
      sos: { ...at, value: true },
      worn: { ...at, value: 1 },
      'heart-rate': { ...at, value: 72 },
      'oxygen-saturation': { ...at, value: 97 },
      steps: { ...at, value: 100 },
      speed: { ...at, value: 3 },
      position: { ...at, value: '31.9,118.7' },
      'not-known-yet': { ...at, value: 1 },
      constructor: { ...at, value: 1 },
    },
  };
  expect(Object.keys(visibleDeviceState(state).latest)).toEqual(['battery', 'sos', 'worn']);
});
