import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownEnvironment, type ProcessName, processNames } from './own-environment.ts';
import { startPlatform } from './platform.ts';
import { openSecrets } from './secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-environment-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that writes its environment down, and stays. */
const writesEnvironment = (file: string) => `
import { writeFileSync } from 'node:fs';
const file = process.env.EDGE_GB26875_ENABLED === 'false' ? ${JSON.stringify(`${file}-hosted`)} : ${JSON.stringify(file)};
writeFileSync(file, JSON.stringify(process.env));
process.on('disconnect', () => process.exit(0));
process.send({ ready: { tcpPort: 1, port: 2, healthPort: 3, flowPort: 4 } });
`;

/** Settings of every part as a person may set them on the machine, secrets among them. */
const given = {
  PATH: process.env.PATH,
  TZ: 'Asia/Shanghai',
  BROKER_MAX_CONNECTIONS: '10',
  INGEST_PORT: '2',
  WARNING_PASSWORD: 'of the warning engine, long',
  STORE_INFLUX_TOKEN: 'of the store',
  DISPATCH_SMS_SECRET: 'of the text messages',
  DASHBOARD_SESSION_SECRET: 'of all sessions, thirty-two characters',
  EDGE_HTTP_SECRET: 'of the webhook on site',
  EDGE_NODE_RED_ENABLED: 'true',
  EDGE_NODE_RED_PASSWORD: 'of the flow editor',
  EDGE_HOSTED_PASSWORD: 'of the hosted agent',
  SIMULATORS_DOOR_PASSWORD: 'of the doors',
  AWS_SECRET_ACCESS_KEY: 'of something else on this machine',
  https_proxy: 'http://user:password@proxy',
};

test("no process has another's passwords in its environment, nor those of other programs", async () => {
  const name = (process: ProcessName) => join(folder, `${process}.json`);
  const folders = { 'node-red': 'edge/node-red' } as Partial<Record<ProcessName, string>>;
  for (const process of processNames.filter((one) => one !== 'edge-hosted')) {
    const own = join(folder, folders[process] ?? process);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'main.ts'), writesEnvironment(name(process)));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const platform = await startPlatform({
    root: folder,
    dataDir: folder,
    secrets: openSecrets(folder),
    env: given,
    extraEnv: { WATCHED_BY: 'a bench' },
    ports: 'default',
    store: {},
  });
  await platform.stop();
  const environmentOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const secretsOf = (file: string) =>
    Object.keys(environmentOf(file))
      .filter((variable) => /PASSWORD|SECRET|TOKEN|proxy/.test(variable))
      .sort();
  expect({
    ...Object.fromEntries(
      processNames
        .filter((one) => one !== 'edge-hosted')
        .map((process) => [process, secretsOf(name(process))]),
    ),
    'edge-hosted': secretsOf(`${name('edge')}-hosted`),
  }).toEqual({
    broker: [],
    ingest: ['INGEST_PASSWORD', 'INGEST_TOKEN', 'STORE_INFLUX_TOKEN', 'WARNING_PASSWORD'],
    dispatch: ['DISPATCH_PASSWORD', 'DISPATCH_SMS_SECRET', 'DISPATCH_TOKEN', 'https_proxy'],
    dashboard: [
      'DASHBOARD_DISPATCH_TOKEN',
      'DASHBOARD_INGEST_TOKEN',
      'DASHBOARD_PASSWORD',
      'DASHBOARD_SESSION_SECRET',
      'STORE_INFLUX_TOKEN',
    ],
    edge: [
      'EDGE_FLOW_TOKEN',
      'EDGE_HIKVISION_TOKEN',
      'EDGE_HTTP_SECRET',
      'EDGE_PASSWORD',
      'EDGE_ZIGBEE2MQTT_PASSWORD',
    ],
    'edge-hosted': ['EDGE_PASSWORD'],
    'node-red': ['EDGE_NODE_RED_CREDENTIAL_SECRET', 'EDGE_NODE_RED_FEED_TOKEN', 'EDGE_NODE_RED_PASSWORD'],
    simulators: ['SIMULATORS_DOOR_PASSWORD', 'SIMULATORS_ZIGBEE_PASSWORD'],
  });
  const ofAll = { PATH: given.PATH, TZ: 'Asia/Shanghai', WATCHED_BY: 'a bench' };
  expect(environmentOf(name('broker'))).toMatchObject(ofAll);
});

test('a name without meaning reaches the process it is written for, to be refused there', () => {
  expect(ownEnvironment('broker', { BROKER_PROT: '1', INGEST_PROT: '2' })).toEqual({ BROKER_PROT: '1' });
});

test('a program finds its folders on Windows, which writes their names as it likes', () => {
  const windows = { Path: 'C:\\node', SystemRoot: 'C:\\Windows', TEMP: 'C:\\Temp' };
  expect(ownEnvironment('edge', windows)).toEqual(windows);
});
