import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '#contracts/incident.ts';
import { openPageClient, type PageClient } from './page-client.ts';
import { type DeviceAddresses, type Scenario, scenarios } from './scenarios.ts';

/** How long the platform may take to show the incident. */
const patienceMs = 15_000;

const usage = `npm run scenario -- <name>

${Object.entries(scenarios)
  .map(([name, { words }]) => `  ${name.padEnd(12)} ${words}`)
  .join('\n')}

Runs against the "npm start" whose data folder is SHOUWANG_DATA_DIR (default: data).`;

/** What a running \`npm start\` writes down for programs beside it. */
interface Running {
  url: string;
  devices: DeviceAddresses;
}

const name = process.argv[2] ?? '';
const scenario = scenarios[name];
if (!scenario) {
  console.error(name ? `unknown scenario: ${name}\n\n${usage}` : usage);
  process.exit(1);
}
try {
  await play(scenario);
} catch (error) {
  console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

async function play({ deviceId, send, fits }: Scenario): Promise<void> {
  const dataDir = process.env.SHOUWANG_DATA_DIR ?? 'data';
  const running = readJson<Running>(join(dataDir, 'running.json'));
  const { demo } = readJson<{ demo: { login: string; password: string } }>(join(dataDir, 'secrets.json'));
  const page = await openPageClient({ url: running.url, ...demo });
  const before = new Map([...page.incidents.values()].map(({ id, alarmCount }) => [id, alarmCount]));
  const isNew = (incident: Incident) =>
    fits(incident) && incident.alarmCount > (before.get(incident.id) ?? 0);

  const progress = followProgress(page, deviceId);
  const sentAt = performance.now();
  const device = send(running.devices, progress.answered);
  try {
    const incident = await page.waitForIncident(isNew, AbortSignal.timeout(patienceMs));
    const elapsedMs = Math.round(performance.now() - sentAt);
    console.log(
      `incident ${incident.number} (${incident.level}, ${incident.kind}) at ${incident.place.label}`,
    );
    console.log(`${elapsedMs} ms from the first byte to the incident on the page`);
  } catch {
    throw new Error(`no incident after ${patienceMs / 1000} s: ${progress.missing()}`);
  } finally {
    page.close();
    await device.close();
  }
}

/** Notes how far the scenario's bytes came, to name what was missing. */
function followProgress(page: PageClient, deviceId: string) {
  let isAnswered = false;
  let isHeard = false;
  page.onUpdate((update) => {
    if (update.type === 'devices' && update.devices.some(({ device }) => device === deviceId)) isHeard = true;
  });
  return {
    answered: () => {
      isAnswered = true;
    },
    missing: () => {
      if (!isAnswered) return 'the gateway did not answer the device';
      if (!isHeard) return `the gateway took the alarm, but the platform has not heard ${deviceId}`;
      return `the platform heard ${deviceId}, but dispatch opened no incident`;
    },
  };
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    throw new Error(`${file} is not readable: is "npm start" running, with the same SHOUWANG_DATA_DIR?`);
  }
}
