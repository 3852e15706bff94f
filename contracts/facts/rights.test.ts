import { expect, test } from 'vitest';
import { type Permission, type RightsHolder, type RightsSubjects, rightsOf } from './rights.ts';

const holder = (part: Partial<RightsHolder>) =>
  rightsOf({ person: 'p1', community: 'c1', roles: [], elders: [], ...part });

const guard = holder({ roles: ['guard'] });
const manager = holder({ roles: ['manager'] });
const responder = holder({ roles: ['responder'] });
const wall = holder({ roles: ['wall'] });
const family = holder({ roles: ['family'], elders: [{ resident: 'r1', classes: ['alarms', 'activity'] }] });
const nobody = holder({});

const incident = (part: Partial<RightsSubjects['Incident']> = {}) => ({
  community: 'c1',
  isOpen: true,
  reached: [],
  ...part,
});
const actions: Permission[] = ['open', 'acknowledge', 'assign', 'note', 'resolve', 'reopen'];

test('staff see and do everything of their own community and nothing of another', () => {
  for (const rights of [guard, manager]) {
    expect(rights.may('see', 'Community', { id: 'c1' })).toBe(true);
    expect(rights.may('see', 'Community', { id: 'c2' })).toBe(false);
    for (const permission of actions) {
      expect(rights.may(permission, 'Incident', incident())).toBe(true);
      expect(rights.may(permission, 'Incident', incident({ community: 'c2' }))).toBe(false);
    }
  }
});

test('a manager alone takes lists out for auditors, of their own community', () => {
  expect(manager.may('export', 'Community', { id: 'c1' })).toBe(true);
  expect(manager.may('export', 'Community', { id: 'c2' })).toBe(false);
  for (const other of [guard, responder, wall, family, nobody]) {
    expect(other.may('export', 'Community', { id: 'c1' })).toBe(false);
  }
});

test('a wall sees and does nothing', () => {
  expect(wall.may('see', 'Incident', incident())).toBe(true);
  expect(actions.filter((permission) => wall.may(permission, 'Incident', incident()))).toEqual([]);
  expect(wall.may('command', 'Device', { community: 'c1' })).toBe(false);
  expect(wall.may('see', 'ArrivalInfo', { community: 'c1', isOpen: true, going: [] })).toBe(false);
});

test('the manager alone sees and settles dead letters, and registers devices, of their own community', () => {
  const about = { community: 'c1' };
  for (const permission of ['see', 'replay', 'discard'] as const) {
    expect(manager.may(permission, 'DeadLetter', about)).toBe(true);
    expect(manager.may(permission, 'DeadLetter', { community: 'c2' })).toBe(false);
    for (const rights of [guard, responder, wall, family, nobody]) {
      expect(rights.may(permission, 'DeadLetter', about)).toBe(false);
    }
  }
  expect(manager.may('register', 'Device', about)).toBe(true);
  expect(guard.may('register', 'Device', about)).toBe(false);
});

test('a responder sees an incident while it is open and was brought to them', () => {
  expect(responder.may('see', 'Incident', incident({ reached: ['p1'] }))).toBe(true);
  expect(responder.may('see', 'Incident', incident({ reached: ['p2'] }))).toBe(false);
  expect(responder.may('see', 'Incident', incident({ reached: ['p1'], isOpen: false }))).toBe(false);
  expect(responder.may('see', 'Community', { id: 'c1' })).toBe(false);
  expect(responder.may('resolve', 'Incident', incident({ reached: ['p1'] }))).toBe(false);
});

test('what to know on arrival opens with the assignment and closes with the incident', () => {
  const arrivalInfo = { community: 'c1', isOpen: true, going: ['p1'] };
  expect(responder.may('see', 'ArrivalInfo', arrivalInfo)).toBe(true);
  expect(responder.may('see', 'ArrivalInfo', { ...arrivalInfo, going: [] })).toBe(false);
  expect(responder.may('see', 'ArrivalInfo', { ...arrivalInfo, isOpen: false })).toBe(false);
  expect(guard.may('see', 'ArrivalInfo', { ...arrivalInfo, isOpen: false })).toBe(false);
});

test('a responder moves their own assignment and no one else’s', () => {
  expect(responder.may('move', 'Assignment', { community: 'c1', person: 'p1' })).toBe(true);
  expect(responder.may('move', 'Assignment', { community: 'c1', person: 'p2' })).toBe(false);
});

test('a relative sees of their elder what the elder shares, and nothing of another', () => {
  expect(family.may('see', 'Elder', { resident: 'r1', class: 'activity' })).toBe(true);
  expect(family.may('see', 'Elder', { resident: 'r1', class: 'vitals' })).toBe(false);
  expect(family.may('see', 'Elder', { resident: 'r2', class: 'activity' })).toBe(false);
  expect(family.may('ask-visit', 'Elder', { resident: 'r1', class: 'any' })).toBe(true);
  expect(family.may('see', 'Incident', incident({ reached: ['p1'] }))).toBe(false);
});

test('staff see no class of an elder outside of an incident', () => {
  expect(guard.may('see', 'Elder', { resident: 'r1', class: 'vitals' })).toBe(false);
  expect(manager.may('see', 'Elder', { resident: 'r1', class: 'any' })).toBe(false);
});

test('only a manager enrols a wall', () => {
  expect(manager.may('enrol', 'Wall', { community: 'c1' })).toBe(true);
  expect(guard.may('enrol', 'Wall', { community: 'c1' })).toBe(false);
  expect(nobody.may('see', 'Community', { id: 'c1' })).toBe(false);
});
