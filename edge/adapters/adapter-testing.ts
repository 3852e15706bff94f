import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { AlarmRecord, laneOf, TelemetryRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import type { AdapterContext, Observation, Taken } from './adapter.ts';

/** A protocol case: bytes in, and what must come of them. */
export interface RecordedCase {
  name: string;
  input: Buffer;
  /** Gateway time at which the bytes arrive, epoch ms. */
  now: number;
  expected: { observations: unknown[]; answers: string[]; counts: Record<string, number> };
}

/**
 * Reads `testcases/<case>/{input.hex|input.txt|input.http,expected.json}`; in every input `#` begins a
 * comment line. The lines of `input.txt` are joined, those of `input.http` end in CR LF.
 */
export function readCases(folder: string): RecordedCase[] {
  return readdirSync(folder).map((name) => {
    const { now, ...expected } = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));
    return { name, input: readInput(join(folder, name)), now: Date.parse(now), expected };
  });
}

function readInput(folder: string): Buffer {
  const file = readdirSync(folder).find((name) => name.startsWith('input.')) ?? 'input.hex';
  const lines = readFileSync(join(folder, file), 'latin1').split('\n');
  const content = lines.filter((line) => !line.startsWith('#'));
  return file.endsWith('.hex')
    ? Buffer.from(content.join('').replaceAll(/\s/g, ''), 'hex')
    : Buffer.from(content.join(file.endsWith('.http') ? '\r\n' : ''), 'latin1');
}

/** A context that keeps what it is given and takes origins once, as the outbox promises to. */
export interface RecordingContext extends AdapterContext {
  readonly taken: Observation[];
  readonly counts: Record<string, number>;
  /** While set, `take` throws as a full outbox does. */
  full: boolean;
  clock: number;
  /** What `kept` holds; it outlives an adapter, not the context. */
  readonly files: Map<string, string>;
  /** Called after something was taken. */
  onTaken?: () => void;
}

/** Creates a recording context whose clock stands at `clock` until moved. */
export function createRecordingContext(clock: number): RecordingContext {
  const origins: Array<{ device: string; key: string; at?: number }> = [];
  const isRepeat = ({ device, origin, ends }: Observation): boolean => {
    if (!origin) return false;
    const { key, near } = origin;
    const known = origins.some(
      (other) =>
        other.device === device &&
        other.key === key &&
        (!near || (other.at !== undefined && Math.abs(other.at - near.at) <= near.withinMs)),
    );
    if (known) return true;
    const isOver = (one: (typeof origins)[number]) => one.device === device && one.key === ends;
    for (const one of origins.filter(isOver)) origins.splice(origins.indexOf(one), 1);
    origins.push({ device, key, at: near?.at });
    return false;
  };
  const context: RecordingContext = {
    taken: [],
    counts: {},
    full: false,
    clock,
    now: () => context.clock,
    files: new Map(),
    kept: {
      read: (name) => context.files.get(name),
      write: (name, text) => void context.files.set(name, text),
    },
    log: silentLog(),
    count: (what, by = 1) => {
      context.counts[what] = (context.counts[what] ?? 0) + by;
    },
    take: (observations) => {
      if (context.full) throw new Error('the outbox is full');
      for (const observation of observations) requireContract(observation);
      const outcomes = observations.map((observation): Taken => {
        if (isRepeat(observation)) return 'repeat';
        context.taken.push(observation);
        return 'taken';
      });
      context.onTaken?.();
      return outcomes;
    },
  };
  return context;
}

const validators = { alarm: createValidator(AlarmRecord), telemetry: createValidator(TelemetryRecord) };

/** What an adapter observes must fit the record it becomes. */
function requireContract({ device, origin, observedAt, historical, body }: Observation): void {
  const lane = laneOf(body);
  const checked = validators[lane]({
    epoch: '9f86d081884c7d65',
    lane,
    sequence: 1,
    device,
    ...(observedAt !== undefined && { observedAt: toTimestamp(observedAt) }),
    ...(historical && { historical }),
    capturedAt: '2026-11-24T01:15:00.000Z',
    heldMs: 0,
    clock: { state: 'synchronized' },
    body,
  });
  expect(checked).toMatchObject({ ok: true });
  if (origin) expect(origin.key).toMatch(/^.{1,96}$/);
}

/** Observations with their times written out, as the cases hold them. */
export function readable(observations: Observation[]): unknown[] {
  return observations.map(({ observedAt, origin, ...rest }) => ({
    ...rest,
    ...(observedAt !== undefined && { observedAt: toTimestamp(observedAt) }),
    ...(origin && {
      origin: {
        key: origin.key,
        ...(origin.near && { near: { ...origin.near, at: toTimestamp(origin.near.at) } }),
      },
    }),
  }));
}
