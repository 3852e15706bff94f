import { expect, test } from 'vitest';
import { fhirIdOf, idOfFhir } from './fhir-id.ts';

const r1 = new Map([['r1', true]]);

test('an id of FHIR names the community, and is found in that community alone', () => {
  expect(fhirIdOf('lakeside', 'r1')).toBe('lakeside.r1');
  expect(idOfFhir('lakeside.r1', 'lakeside', r1)).toBe('r1');
  for (const other of ['hillside.r1', 'lakeside-r1', 'r1', '.r1', 'lakeside.r2', 'Lakeside.r1']) {
    expect(idOfFhir(other, 'lakeside', r1), other).toBeUndefined();
  }
});

test('ids of the longest names are two, fit into 64 characters of FHIR, and are found again', () => {
  const [community, other, id] = ['a'.repeat(48), 'b'.repeat(48), 'r'.repeat(48)];
  const known = new Map([...r1, [id, true]]);
  const name = fhirIdOf(community, id);
  expect(name).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
  expect(fhirIdOf(other, id)).not.toBe(name);
  expect(idOfFhir(name, community, known)).toBe(id);
  expect(idOfFhir(name, other, known)).toBeUndefined();
});
