import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformanceCases, outcomeOf } from './testing/mqtt-conformance.ts';
import { openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
beforeAll(async () => {
  home = await openTestBroker();
});
afterAll(() => home.close());

test.each(conformanceCases)('MQTT-$clause: $name → $ours', async (conformanceCase) => {
  const who = { username: 'c1.gw1', password: home.secrets['c1.gw1']! };
  expect(await outcomeOf(conformanceCase, home.broker.tcpPort, who)).toBe(conformanceCase.ours);
});
