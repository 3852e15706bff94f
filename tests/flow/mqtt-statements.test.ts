import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, statements } from '#broker/testing/mqtt-statements.ts';
import { type Mosquitto, startMosquitto } from '../mosquitto.ts';

let mosquitto: Mosquitto;
beforeAll(async () => {
  mosquitto = await startMosquitto();
});
afterAll(() => mosquitto.stop());

// Where mosquitto differs, the table says so beside what ours does: nothing there is ours alone by accident.
test.each(statements)('mosquitto on MQTT-$clause: $name', async (statement) => {
  const who = { username: 'c1.gw1', password: 'any' };
  expect(await outcomeOf(statement, mosquitto.port, who)).toBe(statement.mosquitto ?? statement.ours);
});
