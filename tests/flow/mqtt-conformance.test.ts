import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformanceCases, outcomeOf } from '#broker/testing/mqtt-conformance.ts';
import { type Mosquitto, startMosquitto } from '../mosquitto.ts';

let mosquitto: Mosquitto;
beforeAll(async () => {
  mosquitto = await startMosquitto();
});
afterAll(() => mosquitto.stop());

// Where mosquitto differs, the table says so beside what ours does: nothing there is ours alone by accident.
test.each(conformanceCases)('mosquitto on MQTT-$clause: $name', async (conformanceCase) => {
  const who = { username: 'c1.gw1', password: 'any' };
  expect(await outcomeOf(conformanceCase, mosquitto.port, who)).toBe(
    conformanceCase.mosquitto ?? conformanceCase.ours,
  );
});
