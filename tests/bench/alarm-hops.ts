import { type AlarmStep, alarmSteps } from '#runtime/alarm-trace.ts';
import type { MeasuredAlarm } from './alarm-flow.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

/** Settings that make every process on the road tell its steps. */
export const tracingEnv = Object.fromEntries(
  ['EDGE', 'INGEST', 'DISPATCH', 'DASHBOARD'].map((process) => [`${process}_LOG_LEVEL`, 'debug']),
);

/** What one hop took, from the end of the step before it. */
export interface Hop {
  to: AlarmStep | 'heard by the page';
  times: Percentiles;
}

/** Reads the steps of alarms out of what the processes of a platform print. */
export function createHopReader() {
  /** By record, `performance.now()` of this process at which a step was done; the first time counts. */
  const steps = new Map<string, Map<AlarmStep, number>>();
  const unfinished = new Map<string, string>();
  const offset = performance.now() - Number(process.hrtime.bigint()) / 1e6;

  const readLine = (line: string) => {
    if (!line.includes('"monotonicMs"')) return;
    const { record, step, monotonicMs } = JSON.parse(line) as {
      record: string;
      step: AlarmStep;
      monotonicMs: number;
    };
    const known = steps.get(record) ?? new Map<AlarmStep, number>();
    steps.set(record, known);
    if (!known.has(step)) known.set(step, monotonicMs + offset);
  };
  return {
    /** Takes output of a process as it comes. */
    onOutput: (name: string, chunk: Buffer) => {
      const lines = `${unfinished.get(name) ?? ''}${chunk}`.split('\n');
      unfinished.set(name, lines.pop() ?? '');
      for (const line of lines) readLine(line);
    },
    /** The hops of alarms, in the order of the road. */
    hopsOf: (alarms: readonly MeasuredAlarm[]): Hop[] => {
      const byHop = new Map<Hop['to'], number[]>();
      for (const { record, sentAt, heardAt } of alarms) {
        let before = sentAt;
        const done = steps.get(record);
        const add = (to: Hop['to'], at: number | undefined) => {
          if (at === undefined) return;
          byHop.set(to, [...(byHop.get(to) ?? []), at - before]);
          before = at;
        };
        for (const step of alarmSteps) add(step, done?.get(step));
        add('heard by the page', heardAt);
      }
      return [...byHop].map(([to, times]) => ({ to, times: percentilesOf(times) }));
    },
  };
}
