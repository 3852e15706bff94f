import { join } from 'node:path';
import { supervise } from '#runtime/supervisor.ts';
import { demoCommunity, watchId } from '#simulators/community.ts';
import { type LoadPlan, runLoadGateway } from '#simulators/load-gateway.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { report } from './report.ts';

/**
 * Readings from MQTT into the journal: each validated, resolved, deduplicated and synced to disk before it
 * is acknowledged; beside a subscriber that only reads the JSON and acknowledges.
 *
 * The whole platform runs, so the warning engine and the store read the same records meanwhile.
 */
const watches = 40;
const gateway = 'gw-load';
const forms = [
  { what: 'batched, 200 a message', batch: 200, total: 600_000, window: 64, reach: 50_000 },
  { what: 'one a message', batch: 1, total: 60_000, window: 2000, reach: 8000 },
];

const planOf = (form: (typeof forms)[number]): Omit<LoadPlan, 'brokerUrl' | 'username' | 'password'> => ({
  community: demoCommunity,
  gateway,
  addresses: Array.from({ length: watches }, (_, index) => `watch-3g:${watchId(index)}`),
  batch: form.batch,
  total: form.total,
  window: form.window,
});
const rateOf = async (plan: LoadPlan) => {
  const { acknowledged, elapsedMs } = await runLoadGateway(plan);
  return Math.round((acknowledged / elapsedMs) * 1000);
};

const ours = await measurePlatform();
const bare = await measureBare();
report(
  'bench:ingest',
  forms.map(({ what, reach }, index) => {
    const rate = ours[index] ?? 0;
    const base = bare[index] ?? 1;
    return {
      what: `readings/s from MQTT into the journal, ${what}`,
      value: `${rate} /s`,
      baseline: `bare subscriber: ${base} /s (${Math.round((rate / base) * 100)} % of it)`,
      reach: `≥ ${reach} /s`,
      ok: rate >= reach,
    };
  }),
  `one load gateway, acknowledged window of ${forms.map(({ window }) => window).join(' and ')} messages, ${watches} devices`,
);

async function measurePlatform(): Promise<number[]> {
  // One gateway stands for many here: its own limit of messages would be what is measured.
  const underTest = await startPlatformUnderTest({
    env: { BROKER_GATEWAY_MESSAGES_PER_S: '100000', BROKER_GATEWAY_BYTES_PER_S: '134217728' },
  });
  const password = await underTest.addGateway(gateway);
  const brokerUrl = `mqtt://127.0.0.1:${underTest.ports.tcpPort}`;
  const rates: number[] = [];
  for (const form of forms) {
    rates.push(
      await rateOf({ ...planOf(form), brokerUrl, username: `${demoCommunity}.${gateway}`, password }),
    );
  }
  await underTest.stop();
  return rates;
}

async function measureBare(): Promise<number[]> {
  const env = { PATH: process.env.PATH ?? '' };
  const child = (name: string, more: Record<string, string>) =>
    supervise({ name, file: join(import.meta.dirname, `${name}.ts`), env: { ...env, ...more } });
  const broker = child('bare-relay', { RELAY_ROLE: 'broker' });
  const brokerUrl = `mqtt://127.0.0.1:${(await broker.ready).port}`;
  const ingest = child('bare-ingest', { RELAY_BROKER_URL: brokerUrl });
  await ingest.ready;
  const rates: number[] = [];
  for (const form of forms) {
    rates.push(await rateOf({ ...planOf(form), brokerUrl, username: 'bare', password: 'bare' }));
  }
  await ingest.stop();
  await broker.stop();
  return rates;
}
