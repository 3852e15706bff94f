import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openGatewayFolder } from './gateway-folder.ts';
import { createTestFolder, openTestOutbox, recordsOf, sos } from './testing/open-test-outbox.ts';

function open(dataDir: string, community = 'lakeside') {
  const log = { info: vi.fn(), warn: vi.fn() };
  return { folder: openGatewayFolder({ dataDir, community, gateway: 'gateway-1', log }), log };
}

/** A data folder in which an earlier version left an alarm that was not sent, and flows. */
function earlierFolder(): string {
  const dataDir = createTestFolder();
  const earlier = join(dataDir, 'gateways/gateway-1');
  const { outbox } = openTestOutbox(earlier);
  outbox.accept([sos('unsent')]);
  outbox.close();
  mkdirSync(join(earlier, 'node-red'));
  writeFileSync(join(earlier, 'node-red/flows.json'), '[]');
  return dataDir;
}

const alarmsIn = (folder: string) =>
  recordsOf(openTestOutbox(folder).outbox, 'alarm').map(({ body }) => body);

it('takes over a folder named after the gateway alone, with alarms that were not sent and flows', () => {
  const dataDir = earlierFolder();
  const { folder, log } = open(dataDir);
  expect(readdirSync(join(dataDir, 'gateways'))).toEqual(['lakeside.gateway-1']);
  expect(alarmsIn(folder)).toMatchObject([{ kind: 'sos', code: 'unsent' }]);
  expect(readFileSync(join(folder, 'node-red/flows.json'), 'utf8')).toBe('[]');
  expect(log.info).toHaveBeenCalledOnce();
});

it('takes it over at the next start where the first was ended before it wrote anything', () => {
  const dataDir = earlierFolder();
  mkdirSync(join(dataDir, 'gateways/lakeside.gateway-1'));
  expect(alarmsIn(open(dataDir).folder)).toMatchObject([{ code: 'unsent' }]);
});

it('loses no alarm that an agent of an earlier version takes while its folder is taken over', () => {
  const dataDir = createTestFolder();
  const { outbox } = openTestOutbox(join(dataDir, 'gateways/gateway-1'));
  outbox.accept([sos('before')]);
  const { folder } = open(dataDir);
  expect(outbox.accept([sos('meanwhile')])).toEqual(['accepted']);
  outbox.maintain();
  outbox.close();
  expect(alarmsIn(folder)).toMatchObject([{ code: 'before' }, { code: 'meanwhile' }]);
});

it('gives an earlier folder to one community alone', () => {
  const dataDir = earlierFolder();
  const first = open(dataDir);
  const second = open(dataDir, 'hillside');
  expect(alarmsIn(second.folder)).toEqual([]);
  expect(alarmsIn(first.folder)).toMatchObject([{ code: 'unsent' }]);
});

it('leaves an earlier folder that was written to again beside the new one, and says so', () => {
  const dataDir = earlierFolder();
  const { folder } = open(dataDir);
  mkdirSync(join(dataDir, 'gateways/gateway-1'));
  writeFileSync(join(dataDir, 'gateways/gateway-1/alarm.db'), 'of an earlier version, started once more');
  const again = open(dataDir);
  expect(again.folder).toBe(folder);
  expect(alarmsIn(folder)).toMatchObject([{ code: 'unsent' }]);
  expect(again.log.warn).toHaveBeenCalledOnce();
});

it('has nothing to take over on a new gateway', () => {
  const dataDir = createTestFolder();
  const { folder, log } = open(dataDir);
  expect(folder).toBe(join(dataDir, 'gateways/lakeside.gateway-1'));
  expect([log.info, log.warn].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
