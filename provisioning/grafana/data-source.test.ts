import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSignedInfluxd } from '#ingest/testing/signed-influxd.ts';
import { dataSourceFile } from './data-source.ts';

/** A field of the provisioned file, with names of the environment in their place as Grafana puts them. */
function field(name: string, env: Record<string, string>): string {
  const [, text = ''] = new RegExp(`^ +${name}: (.*)$`, 'm').exec(dataSourceFile) ?? [];
  return text.replaceAll(/\$(\w+)/g, (_, variable: string) => env[variable] ?? '');
}

test("Grafana's data source asks an InfluxDB 1.x with sign-in by the header that its environment holds", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'influx-'));
  const influxd = await startSignedInfluxd(folder);
  await influxd.ask(influxd.admin, 'CREATE DATABASE shouwang');
  const reader = 'grafana:p%:ä 密';
  await influxd.ask(
    influxd.admin,
    `CREATE USER "grafana" WITH PASSWORD 'p%:ä 密'; GRANT READ ON shouwang TO grafana`,
  );
  const env = {
    STORE_INFLUX_URL: influxd.url,
    STORE_INFLUX_DATABASE: 'shouwang',
    SHOUWANG_INFLUX_AUTHORIZATION: `Basic ${Buffer.from(reader).toString('base64')}`,
  };
  const ask = (of: Record<string, string>) =>
    fetch(`${field('url', of)}/query?db=${field('dbName', of)}&q=SHOW+MEASUREMENTS`, {
      headers: { [field('httpHeaderName1', of)]: field('httpHeaderValue1', of) },
    });
  expect((await ask(env)).status).toBe(200);
  expect((await ask({ ...env, SHOUWANG_INFLUX_AUTHORIZATION: 'Token wrong' })).status).toBe(401);
  await influxd.stop();
  rmSync(folder, { recursive: true });
});
