import { awaitNoRepeat } from './await-no-repeat.ts';
import { pause, type Scenario, type ScenarioRun } from './scenario.ts';
import { prepareStorm, type Storm, stormWatches } from './storm-alarms.ts';
import { countTimelines, followPage } from './storm-count.ts';

const stormMs = 10_000;
const patienceMs = 300_000;
const progressMs = 2000;
/** Without a further alarm on the page for this long, what is missing is lost. */
const settledMs = 20_000;

/** Very many alarms at once: every one must stand exactly once on the timeline of an incident. */
export const storm: Scenario = {
  words: 'very many alarms in 10 seconds, of watches and of points of the fire panels',
  patienceMs,
  options: {
    alarms: { words: 'alarms in all', default: 500, minimum: 10, maximum: 5000 },
  },
  play: async (run) => {
    const { alarms = 0 } = run.options;
    await awaitNoRepeat(run, new Set(stormWatches().map(({ dwelling }) => dwelling)));
    const prepared = prepareStorm(run.running.devices, { alarms, startedAt: Date.now() });
    try {
      return await rage(run, prepared);
    } finally {
      await prepared.close();
    }
  },
};

async function rage(run: ScenarioRun, prepared: Storm) {
  const { page, print } = run;
  const { alarms } = prepared;
  const sentAt = new Map<string, number>();
  const shown = followPage(page);
  let answered = 0;
  const startedAt = performance.now();
  const progress = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    print(`  ${seconds} s: offered ${sentAt.size}, answered ${answered}, on the page ${shown.alarms()}`);
  }, progressMs);
  try {
    for (const [index, { name, send }] of alarms.entries()) {
      const waitMs = (index * stormMs) / alarms.length - (performance.now() - startedAt);
      if (waitMs > 1) await pause(waitMs, run.signal);
      sentAt.set(name, performance.now());
      void send().then(() => {
        answered += 1;
      });
    }
    await untilShown(alarms.length, shown, run.signal);
  } finally {
    clearInterval(progress);
    shown.close();
  }
  const elapsedMs = Math.round(performance.now() - startedAt);
  const { counts, shownAt, incidents } = await countTimelines({ page, prepared, shown });
  const lost = alarms.filter(({ name }) => !counts.has(name));
  const doubled = [...counts.values()].filter((count) => count > 1).length;
  const waits = [...shownAt].map(([name, at]) => at - (sentAt.get(name) ?? at)).sort((a, b) => a - b);
  const percentile = (share: number) => Math.round(waits[Math.ceil(waits.length * share) - 1] ?? Number.NaN);
  print(
    `offered ${alarms.length}  answered ${answered}  on timelines ${counts.size}  lost ${lost.length}  doubled ${doubled}  incidents ${incidents}`,
  );
  print(`from byte to page: p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms; ${elapsedMs} ms in all`);
  if (lost.length + doubled > 0) {
    throw new Error(`lost ${lost.length}, doubled ${doubled}; lost first: ${lost[0]?.name ?? 'none'}`);
  }
  return { elapsedMs, outcome: `${alarms.length} alarms on ${incidents} incidents` };
}

/** Settles when so many alarms are on the page, or none has come for a while. */
async function untilShown(expected: number, shown: { alarms(): number }, signal: AbortSignal): Promise<void> {
  let known = -1;
  let movedAt = performance.now();
  while (shown.alarms() < expected && performance.now() - movedAt < settledMs) {
    if (shown.alarms() !== known) movedAt = performance.now();
    known = shown.alarms();
    await pause(50, signal);
  }
}
