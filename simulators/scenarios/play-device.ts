import { createDemoPlan } from '../community.ts';
import type { PageClient } from '../page-client.ts';
import { awaitNoRepeat, longestWaitMs } from './await-no-repeat.ts';
import type { DeviceScenario } from './device-scenarios.ts';
import { incidentLine, type Scenario, sinceNow } from './scenario.ts';

/** How long the platform may take to show the incident. */
const incidentMs = 15_000;

/** Makes a scenario of what one device says: it ends with the incident on the page. */
export function playDevice({ words, deviceId, send, fits }: DeviceScenario): Scenario {
  return {
    words,
    patienceMs: incidentMs + longestWaitMs,
    play: async (run) => {
      const { running, page, print } = run;
      await awaitNoRepeat(run, wearersDwelling(deviceId));
      const signal = AbortSignal.any([run.signal, AbortSignal.timeout(incidentMs)]);
      const isNew = sinceNow(page, fits);
      const progress = followProgress(page, deviceId);
      const sentAt = performance.now();
      const device = send(running.devices, progress.answered);
      try {
        const incident = await page.waitForIncident(isNew, signal).catch(() => {
          run.signal.throwIfAborted();
          throw new Error(`no incident after ${incidentMs / 1000} s: ${progress.missing()}`);
        });
        const elapsedMs = Math.round(performance.now() - sentAt);
        print(incidentLine(incident));
        print(`${elapsedMs} ms from the first byte to the incident on the page`);
        return { elapsedMs, outcome: incident.number };
      } finally {
        await device.close();
      }
    },
  };
}

/** Where a watch is worn; none for any other device, whose every report is its own. */
function wearersDwelling(deviceId: string): ReadonlySet<string> {
  const device = createDemoPlan().devices.find(({ id }) => id === deviceId);
  return new Set(device?.class === 'watch' && device.dwelling ? [device.dwelling] : []);
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
