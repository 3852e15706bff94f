import type {
  GatewayEntry,
  IncidentEntry,
  JournalEntry,
  JournalReader,
  RecordEntry,
  TickEntry,
} from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';
import { createRegistry, type Registry, type RegistryRows } from '#registry/registry.ts';

/** Start of every script: 2026-11-24 09:00 in Shanghai, epoch ms. */
export const scriptStart = Date.parse('2026-11-24T01:00:00.000Z');

type Unplaced = RecordEntry | GatewayEntry | TickEntry | IncidentEntry;
type RecordPart = Partial<Omit<RecordEntry, 'class' | 'body'>>;

/** Builds a journal for a test: time passes by ticks, and everything else happens in between. */
export interface JournalScript {
  readonly entries: JournalEntry[];
  now(): number;
  /** Ticks once a second for so long; with `heartbeats`, these gateways send one every 30 s. */
  pass(ms: number, options?: { heartbeats?: string[]; listening?: boolean }): void;
  /** Moves the clock without a tick, as when ingest was down. */
  skip(ms: number): void;
  record(
    device: string,
    body: Body,
    part?: RecordPart,
  ): RecordEntry & { position: number; receivedAt: number };
  gateway(id: string, status: 'birth' | 'heartbeat' | 'death', held?: [], epoch?: string): void;
  incident(transition: string, warnings: string[], outcome?: string): void;
}

/** Starts an empty script; devices send through their gateway in the registry. */
export function createJournalScript(registry: Registry = scriptRegistry()): JournalScript {
  const entries: JournalEntry[] = [];
  let now = scriptStart;
  let sequence = 0;
  let change = 0;
  const push = <E extends Unplaced>(entry: E) => {
    const placed = { position: entries.length + 1, receivedAt: now, ...entry };
    entries.push(placed);
    return placed;
  };
  const gateway: JournalScript['gateway'] = (id, status, held, epoch) =>
    push({
      ...{ class: 'gateway', community: 'c1', gateway: id, status, session: 'aaaaaaaaaaaaaaaa', held },
      ...(epoch !== undefined && { epoch }),
    });
  return {
    entries,
    now: () => now,
    pass: (ms, { heartbeats = [], listening = true } = {}) => {
      for (let passed = 1000; passed <= ms; passed += 1000) {
        now += 1000;
        push({ class: 'tick', listening });
        if (passed % 30_000 === 0) for (const id of heartbeats) gateway(id, 'heartbeat');
      }
    },
    skip: (ms) => {
      now += ms;
    },
    record: (id, body, part = {}) => {
      sequence += 1;
      const device = registry.of(part.community ?? 'c1')?.devices.get(id);
      const { heldMs = 2, historical } = part;
      return push({
        class: 'record',
        community: 'c1',
        gateway: device?.gateway ?? 'gw1',
        epoch: 'bbbbbbbbbbbbbbbb',
        lane: body.type === 'event' ? 'alarm' : 'telemetry',
        sequence,
        device: id,
        address: device?.address ?? id,
        capturedAt: now - heldMs,
        heldMs: 'heldMs' in part ? part.heldMs : 2,
        clock: { state: 'synchronized' },
        late: historical === true || ('heldMs' in part && part.heldMs === undefined) || heldMs > 120_000,
        body,
        ...part,
      });
    },
    gateway,
    incident: (transition, warnings, outcome) => {
      change += 1;
      push({
        class: 'incident',
        community: 'c1',
        incident: 'i-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
        change,
        transition,
        warnings,
        outcome,
        kind: 'sos',
        level: 'red',
        drill: false,
      });
    },
  };
}

/** A journal in memory. */
export function journalOf(entries: readonly JournalEntry[]): JournalReader {
  return {
    read: async (position, limit) => [...entriesAfter(entries, position, limit)],
    newest: async () => entries.at(-1)?.position ?? 0,
  };
}

/** Entries behind a position, at most `limit`; they stand by position. */
export function entriesAfter(
  entries: readonly JournalEntry[],
  position: number,
  limit: number,
): readonly JournalEntry[] {
  let from = 0;
  for (let until = entries.length; from < until; ) {
    const middle = Math.floor((from + until) / 2);
    if ((entries[middle]?.position ?? 0) > position) until = middle;
    else from = middle + 1;
  }
  return entries.slice(from, from + limit);
}

/**
 * One dwelling with a watch and a door of its own, a unit door, a fire panel, and two gateways; `more` devices of gw1.
 * Several communities have all of it under the very same ids.
 */
export function scriptRegistry(
  change: Partial<RegistryRows['resident'][number]> = {},
  more: Partial<RegistryRows['device'][number]>[] = [],
  communities: readonly string[] = ['c1'],
): Registry {
  const each = <T extends object>(...rows: T[]) =>
    communities.flatMap((community) => rows.map((row) => ({ ...row, community })));
  const device = (part: Partial<RegistryRows['device'][number]>): RegistryRows['device'][number] => ({
    id: '',
    community: 'c1',
    gateway: 'gw1',
    address: '',
    class: 'watch',
    model: null,
    name: '',
    building: null,
    unit: null,
    dwelling: null,
    resident: null,
    stale_after_ms: null,
    resident_since: 0,
    ...part,
  });
  return createRegistry({
    revision: 1,
    community: communities.map((id) => ({
      id,
      name_zh: '一号小区',
      name_en: 'One',
      timezone: 'Asia/Shanghai',
      division_code: null,
      desk_phone: null,
      retention: null,
    })),
    grid: [],
    building: each({ id: 'b3', name: '3栋' }),
    unit: each({ id: 'b3u2', building: 'b3', name: '2单元' }),
    floor: each({ id: 'b3u2f5', unit: 'b3u2', name: '5', ordinal: 4 }),
    dwelling: each({ id: 'b3u2-501', floor: 'b3u2f5', grid: null, door: '501' }),
    resident: each({
      id: 'r1',
      dwelling: 'b3u2-501',
      name: null,
      lives_alone: 1,
      inactivity_ms: 12 * 3_600_000,
      away_from: null,
      away_until: null,
      arrival_note: null,
      ...change,
    }),
    gateway: each({ id: 'gw1', name: '东门网关', enabled: 1 }, { id: 'gw2', name: '消控室网关', enabled: 1 }),
    device: each(
      device({
        id: 'watch',
        address: 'watch-3g:6907919734',
        dwelling: 'b3u2-501',
        resident: 'r1',
        name: '手表',
      }),
      device({
        id: 'home-door',
        class: 'gate',
        address: 'hikvision-isapi:c0517eaabbcc/2',
        dwelling: 'b3u2-501',
        name: '户门',
      }),
      device({
        id: 'unit-door',
        class: 'gate',
        address: 'hikvision-isapi:c0517eaabbcc/1',
        unit: 'b3u2',
        name: '单元门',
      }),
      device({
        id: 'panel',
        gateway: 'gw2',
        class: 'fire-panel',
        address: 'gb26875:060504030201',
        building: 'b3',
        name: '消防主机',
      }),
      ...more.map(device),
    ),
    person: [],
    person_right: [],
    credential: [],
    consent: [],
  });
}
