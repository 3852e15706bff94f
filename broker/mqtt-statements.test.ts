import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, statements } from './testing/mqtt-statements.ts';
import { openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
beforeAll(async () => {
  home = await openTestBroker();
});
afterAll(() => home.close());

test.each(statements)('MQTT-$clause: $name → $ours', async (statement) => {
  const who = { username: 'c1.gw1', password: home.secrets['c1.gw1']! };
  expect(await outcomeOf(statement, home.broker.tcpPort, who)).toBe(statement.ours);
});
