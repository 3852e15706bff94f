import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { AlarmRecord, laneOf, TelemetryRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import type { Acceptance, AdapterContext, Observation } from '../adapters/adapter.ts';
import { EdgeError } from '../errors.ts';

/** A protocol case: bytes in, and what must come of them. */
export interface RecordedCase {
  name: string;
  input: Buffer;
  /** Gateway time at which the bytes arrive, epoch ms. */
  now: number;
  expected: { observations: unknown[]; answers: string[]; counts: Record<string, number> };
}

/**
 * Reads `testcases/<case>/{input.hex|input.txt|input.http|input.lf,expected.json}`; in every input `#` begins a
 * comment line. The lines of `input.txt` are joined, those of `input.http` end in CR LF, those of `input.lf` in LF.
 */
export function readCases(folder: string): RecordedCase[] {
  return readdirSync(folder).map((name) => {
    const { now, ...expected } = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));
    return { name, input: readInput(join(folder, name)), now: Date.parse(now), expected };
  });
}

const lineEnds: ReadonlyMap<string, string> = new Map([
  ['http', '\r\n'],
  ['lf', '\n'],
]);

function readInput(folder: string): Buffer {
  const file = readdirSync(folder).find((name) => name.startsWith('input.')) ?? 'input.hex';
  const lines = readFileSync(join(folder, file), 'latin1').split('\n');
  const content = lines.filter((line) => !line.startsWith('#'));
  return file.endsWith('.hex')
    ? Buffer.from(content.join('').replaceAll(/\s/g, ''), 'hex')
    : Buffer.from(content.join(lineEnds.get(file.slice('input.'.length)) ?? ''), 'latin1');
}

/** A context that keeps what it is given and accepts origins once, as the outbox promises to. */
export interface RecordingContext extends AdapterContext {
  readonly accepted: Observation[];
  /** What was answered to each observation that was accepted. */
  readonly outcomes: Acceptance[];
  readonly counts: Record<string, number>;
  /** While set, `accept` throws as a full outbox does. */
  full: boolean;
  clock: number;
  /** Calls of devices that speak another protocol. */
  readonly foreignCalls: Array<Parameters<AdapterContext['foreign']>[0]>;
  /** What `kept` holds; it outlives an adapter, not the context. */
  readonly files: Map<string, string>;
  /** Called after something was accepted. */
  onAccepted?: () => void;
}

/** Creates a recording context whose clock stands at `clock` until moved. */
export function createRecordingContext(clock: number): RecordingContext {
  const known: Array<{ device: string; key: string; at?: number; isNear: boolean }> = [];
  const outcomeOf = ({ device, origin, near, ends }: Observation): Acceptance => {
    const alike = known.filter((other) => other.device === device && other.key === (origin ?? near)?.key);
    if (origin && alike.some(({ isNear, at }) => !isNear && at === origin.at)) return 'repeat';
    const isClose = (at = 0) => near !== undefined && Math.abs(at - near.at) <= near.withinMs;
    const isPossible = !origin && alike.some(({ isNear, at }) => isNear && isClose(at));
    const isOver = (one: (typeof known)[number]) => one.device === device && one.key === ends;
    for (const one of known.filter(isOver)) known.splice(known.indexOf(one), 1);
    const identity = origin ?? near;
    if (identity) known.push({ device, key: identity.key, at: identity.at, isNear: !origin });
    return isPossible ? 'possible-repeat' : 'accepted';
  };
  const context: RecordingContext = {
    accepted: [],
    outcomes: [],
    counts: {},
    full: false,
    clock,
    now: () => context.clock,
    foreignCalls: [],
    foreign: (call) => void context.foreignCalls.push(call),
    files: new Map(),
    kept: {
      read: (name) => context.files.get(name),
      write: (name, text) => void context.files.set(name, text),
    },
    log: silentLog(),
    count: (what, by = 1) => {
      context.counts[what] = (context.counts[what] ?? 0) + by;
    },
    accept: (observations) => {
      if (context.full) throw new EdgeError('OUTBOX_FULL', 'the outbox is full');
      for (const observation of observations) requireContract(observation);
      const outcomes = observations.map((observation): Acceptance => {
        const outcome = outcomeOf(observation);
        if (outcome !== 'repeat') {
          context.accepted.push(observation);
          context.outcomes.push(outcome);
        }
        return outcome;
      });
      context.onAccepted?.();
      return outcomes;
    },
  };
  return context;
}

const validators = { alarm: createValidator(AlarmRecord), telemetry: createValidator(TelemetryRecord) };

/** What an adapter observes must fit the record it becomes. */
function requireContract({ device, origin, near, observedAt, historical, body }: Observation): void {
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
  for (const identity of [origin, near]) if (identity) expect(identity.key).toMatch(/^.{1,96}$/);
}

/** Observations with their times written out, as the cases hold them. */
export function readable(observations: Observation[]): unknown[] {
  const written = <T extends { at?: number }>(identity: T) => ({
    ...identity,
    ...(identity.at !== undefined && { at: toTimestamp(identity.at) }),
  });
  return observations.map(({ observedAt, origin, near, ...rest }) => ({
    ...rest,
    ...(observedAt !== undefined && { observedAt: toTimestamp(observedAt) }),
    ...(origin && { origin: written(origin) }),
    ...(near && { near: written(near) }),
  }));
}
