import { pause, type ScenarioRun } from './scenario.ts';

/** A watch's alarm of the same kind within this is taken for a repeat of the last one, by gateway and platform. */
const sameAlarmMs = 60_000;
const marginMs = 2000;

/** Longest that `awaitNoRepeat` waits. */
export const longestWaitMs = sameAlarmMs + marginMs;

/** Waits until alarms of the watches of these dwellings are no repeats of those that stand there. */
export async function awaitNoRepeat(
  { page, print, signal }: Pick<ScenarioRun, 'page' | 'print' | 'signal'>,
  dwellings: ReadonlySet<string>,
): Promise<void> {
  const last = Math.max(
    0,
    ...[...page.incidents.values()]
      .filter(({ place, source }) => source === 'warning' && dwellings.has(place.dwelling ?? ''))
      .map(({ lastAlarmAt }) => lastAlarmAt),
  );
  const waitMs = last + longestWaitMs - Date.now();
  if (waitMs <= 0) return;
  print(
    `waiting ${Math.ceil(waitMs / 1000)} s: a watch's alarm within a minute is taken for a repeat of its last`,
  );
  await pause(waitMs, signal);
}
