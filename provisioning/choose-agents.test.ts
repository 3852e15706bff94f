import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readPlan } from '#registry/read-plan.ts';
import { createDemoPlan } from '#simulators/community.ts';
import { chooseAgents } from './choose-agents.ts';

const file = resolve(import.meta.dirname, '../docs/community-plan.example.json');
const plan = readPlan(readFileSync(file), file);
const only = (...gateways: string[]) => ({
  ...plan,
  gateways: plan.gateways.filter(({ id }) => gateways.includes(id)),
});

test('the gateway that watches alone speak to is hosted, the first of the others on site', () => {
  expect(chooseAgents(plan)).toEqual({ site: 'gw-1', hosted: 'hosted-1' });
  expect(chooseAgents(createDemoPlan())).toEqual({ site: 'gw-1', hosted: 'hosted-1' });
});

test('a gateway by itself speaks every protocol, whatever its devices are', () => {
  expect(chooseAgents(only('hosted-1'))).toEqual({ site: 'hosted-1' });
  expect(chooseAgents(plan, ['gw-1'])).toEqual({ site: 'gw-1' });
  expect(chooseAgents(plan, [])).toEqual({});
});

test('what cannot run here is refused by name', () => {
  expect(() => chooseAgents(plan, ['gw-11'])).toThrow(
    'no gateway "gw-11" in riverside; did you mean "gw-1"?',
  );
  expect(() => chooseAgents(createDemoPlan(), ['gw-1', 'gw-2'])).toThrow('gw-2 cannot run beside gw-1');
});
