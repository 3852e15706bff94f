import { expect, test } from 'vitest';
import { createValidator } from '#contracts/validate.ts';
import { CommunityPlan } from '#registry/community-plan.ts';
import { createDemoPlan } from './community.ts';

test('the demo community has the size it promises and fits the plan schema', () => {
  const plan = createDemoPlan();
  expect(createValidator(CommunityPlan)(plan)).toMatchObject({ ok: true });
  const units = plan.buildings.flatMap((building) => building.units);
  const dwellings = units.flatMap((unit) => unit.floors.flatMap((floor) => floor.dwellings));
  const count = (name: string) => plan.devices.filter((device) => device.class === name).length;
  expect({
    buildings: plan.buildings.length,
    units: units.length,
    dwellings: new Set(dwellings.map((dwelling) => dwelling.id)).size,
    watches: count('watch'),
    gates: count('gate'),
    panels: count('fire-panel'),
    addresses: new Set(plan.devices.map((device) => device.address)).size,
  }).toEqual({ buildings: 2, units: 4, dwellings: 200, watches: 41, gates: 12, panels: 2, addresses: 63 });
});
