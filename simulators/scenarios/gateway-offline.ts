import { connectBareGateway } from '../bare-gateway.ts';
import { demoCommunity, spareGateway } from '../community.ts';
import type { PageClient } from '../page-client.ts';
import { incidentLine, pause, type Scenario, sinceNow } from './scenario.ts';

const patienceMs = 30_000;
const heartbeatIntervalMs = 1000;
const heartbeats = 3;

/** A further gateway on site comes up, beats, and its line is cut. */
export const gatewayOffline: Scenario = {
  words: 'a gateway on site comes up and its line is cut',
  patienceMs,
  play: async ({ running, gatewaySecrets, page, print, signal }) => {
    const password = gatewaySecrets[`${demoCommunity}.${spareGateway}`];
    if (!password) throw new Error(`${spareGateway} has no secret: start "npm start" again`);
    const isNew = sinceNow(page, ({ kind }) => kind === 'gateway-stale');
    const live = untilLive(page, signal);
    const { brokerUrl } = running;
    const community = demoCommunity;
    const gateway = await connectBareGateway({
      brokerUrl,
      community,
      gateway: spareGateway,
      password,
      heartbeatIntervalMs,
    });
    try {
      await live.catch(() => {
        throw new Error(`${spareGateway} gave its birth, but the page does not show it as live`);
      });
      print(`${spareGateway} is live on the page; heartbeats every ${heartbeatIntervalMs / 1000} s`);
      for (let beat = 0; beat < heartbeats; beat += 1) {
        await pause(heartbeatIntervalMs, signal);
        await gateway.heartbeat();
      }
    } finally {
      gateway.cut();
    }
    const cutAt = performance.now();
    print('its line is cut');
    const incident = await page.waitForIncident(isNew, signal).catch(() => {
      throw new Error(`no incident after ${patienceMs / 1000} s, though the broker must have told the death`);
    });
    const elapsedMs = Math.round(performance.now() - cutAt);
    print(incidentLine(incident));
    print(`${elapsedMs} ms from the cut to the incident on the page`);
    return { elapsedMs, outcome: incident.number };
  },
};

function untilLive(page: PageClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = page.onUpdate((update) => {
      const isLive =
        update.type === 'gateways' &&
        update.gateways.some(({ gateway, state }) => gateway === spareGateway && state === 'live');
      if (!isLive) return;
      stop();
      resolve();
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
  });
}
