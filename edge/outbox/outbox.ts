import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Lane as LaneName } from '#contracts/facts/event-kinds.ts';
import type { Held } from '#contracts/gateway-messages.ts';
import { maxRecordBytes } from '#contracts/record.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { Acceptance, Observation } from '../adapters/adapter.ts';
import type { Counters } from '../counters.ts';
import { type AlarmCommitOptions, commitAlarms } from './commit-alarms.ts';
import { createDiskReserve, type DiskReserve } from './disk-reserve.ts';
import type { Acknowledged, Lane } from './lane.ts';
import type { Extent } from './lane-open.ts';
import { createObservationFaults } from './observation-faults.ts';
import { type OutboxOptions, openLanes } from './open-lanes.ts';
import type { Captured, PreparedRecord } from './record-content.ts';
import { heldMsOf, type Now, wireJsonOf } from './stored-record.ts';
import { createTelemetryBatcher, type TelemetryBatcher } from './telemetry-batcher.ts';
import { validateObservation } from './validate-observation.ts';

/** A record as it is sent now. */
export interface SendableRecord {
  epoch: string;
  sequence: number;
  position: number;
  json: string;
}

/** Two durable lanes of records, each record kept until the platform acknowledges it. */
export class Outbox {
  /** Names this start of the agent. */
  readonly epoch = randomBytes(8).toString('hex');
  readonly #options: OutboxOptions;
  readonly #reserve: DiskReserve;
  readonly #lanes: Record<LaneName, Lane>;
  readonly #alarms: AlarmCommitOptions;
  readonly #telemetry: TelemetryBatcher;
  readonly #tellFault: ReturnType<typeof createObservationFaults>;
  readonly #maintenance: NodeJS.Timeout;
  #onStored: (lane: LaneName) => void = () => undefined;

  /**
   * Opens the files, for this process alone; a lane whose file cannot be read begins anew beside it.
   *
   * @throws {EdgeError} `OUTBOX_IN_USE` where another agent has them open.
   */
  constructor(options: OutboxOptions) {
    const { directory, clock, counters, log } = options;
    this.#options = options;
    this.#reserve = createDiskReserve(join(directory, 'alarm.reserve'), options.alarmReserveBytes);
    this.#lanes = openLanes(options, this.epoch, this.#reserve);
    const lane = this.#lanes.telemetry;
    this.#alarms = {
      lane: this.#lanes.alarm,
      clock,
      counters,
      log,
      makeRoom: [
        { name: 'log', make: () => this.#lanes.alarm.checkpoint() },
        { name: 'reserve', make: () => this.#reserve.release() },
        { name: 'telemetry', make: () => discardTelemetry(lane, counters) },
      ],
    };
    this.#tellFault = createObservationFaults({ counters, log, monotonic: clock.monotonic });
    this.#telemetry = createTelemetryBatcher({
      lane,
      clock,
      counters,
      log,
      quotaBytes: options.telemetryQuotaBytes,
      flushAfterMs: options.telemetryFlushMs,
      onStored: () => this.#notify('telemetry'),
    });
    this.maintain();
    this.#maintenance = setInterval(() => this.maintain(), maintenanceIntervalMs);
  }

  /** Accepts observations, alarms first; one that does not fit the wire affects no other. See `AdapterContext.accept`. */
  accept(observations: Observation[]): Acceptance[] {
    const { clock } = this.#options;
    const captured = { at: clock.now(), monotonic: clock.monotonic(), clock: clock.state() };
    const records = observations.map((observation) => this.#admit(observation, captured));
    const alarms = records.filter((record) => record?.lane === 'alarm') as PreparedRecord[];
    const outcomes = new Map<PreparedRecord, Acceptance>();
    if (alarms.length > 0) {
      const accepted = commitAlarms(alarms, this.#alarms);
      for (const [index, record] of alarms.entries()) outcomes.set(record, accepted[index] as Acceptance);
      if (accepted.some((outcome) => outcome !== 'repeat')) this.#notify('alarm');
    }
    return records.map((record) => {
      if (!record) return 'dropped';
      return outcomes.get(record) ?? this.#telemetry.accept(record);
    });
  }

  /** Calls `listener` in the same turn as records of a lane are committed. */
  onStored(listener: (lane: LaneName) => void): void {
    this.#onStored = listener;
  }

  /** Positions held in a lane. */
  extent(lane: LaneName): Extent {
    return this.#lanes[lane].extent;
  }

  /** Records after a position, oldest first, as their JSON is sent; at least one where there is one. */
  read(lane: LaneName, after: number, limit: number, maxBytes: number): SendableRecord[] {
    const [now, records] = [this.#now, this.#lanes[lane].read(after, limit, maxBytes)];
    return records.map((record) => {
      const { epoch, sequence, position } = record;
      return { epoch, sequence, position, json: wireJsonOf(lane, record, now) };
    });
  }

  /** Removes what the platform acknowledged; `sentUpTo` is the highest position sent since the start. */
  acknowledge(lane: LaneName, epoch: string, sequence: number, sentUpTo: number): Acknowledged {
    return this.#withReserve(() => this.#lanes[lane].acknowledge(epoch, sequence, sentUpTo));
  }

  /** Moves a record that the broker refuses to the dead letters, leaving a gap in its place. */
  moveToDeadLetters(lane: LaneName, position: number): boolean {
    return this.#withReserve(() => this.#lanes[lane].moveToDeadLetters(position));
  }

  /** What is held of each epoch and lane, alarms first, each lane oldest first. */
  held(): Held[] {
    return [...this.#lanes.alarm.held(), ...this.#lanes.telemetry.held()];
  }

  /** Time since the oldest record of a lane was captured, in ms; 0 where none is held. */
  oldestAgeMs(lane: LaneName): number {
    const { clock } = this.#options;
    const [record] = this.#lanes[lane].read(0, 1, 0);
    if (!record) return 0;
    return heldMsOf(record, this.#now) ?? Math.max(0, clock.now() - record.capturedAt);
  }

  /** False where the alarm lane is at its limit, so that devices are denied. */
  get hasRoomForAlarms(): boolean {
    return !this.#lanes.alarm.isAtLimit(maxRecordBytes);
  }

  /** Commits waiting telemetry. */
  flush(): void {
    this.#telemetry.flush();
  }

  /** Prunes origins and takes the disk reserve again; runs by itself every `maintenanceIntervalMs`. */
  maintain(): void {
    const { clock, log } = this.#options;
    for (const lane of Object.values(this.#lanes)) {
      try {
        lane.transact(() => lane.origins.prune(clock.now()));
      } catch (error) {
        log.warn({ err: error }, 'origins could not be pruned');
      }
    }
    keepReserve(this.#reserve, this.#lanes.telemetry, this.#options);
  }

  /** Commits waiting telemetry and closes the files. */
  close(): void {
    clearInterval(this.#maintenance);
    this.#telemetry.close();
    this.#lanes.telemetry.close();
    this.#lanes.alarm.close();
  }

  #admit(observation: Observation, captured: Captured): PreparedRecord | undefined {
    const validated = validateObservation(observation, captured, this.#options.gateway);
    if (validated.as !== 'given') this.#tellFault(observation, validated.as, validated.fault);
    return validated.as === 'dropped' ? undefined : validated.record;
  }

  get #now(): Now {
    const { boot, clock } = this.#options;
    return { epoch: this.epoch, boot, clock };
  }

  // A fault of the listener must not deny a device whose alarm is on disk.
  #notify(lane: LaneName): void {
    try {
      this.#onStored(lane);
    } catch (error) {
      this.#options.log.error({ err: error, lane }, 'stored records could not be passed on at once');
    }
  }

  /** What makes records leave may use the reserve: it gives back more than it takes. */
  #withReserve<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error) || !this.#reserve.release()) throw error;
      return work();
    }
  }
}

/** How often an outbox looks after its origins and its reserve. */
export const maintenanceIntervalMs = 10_000;

/** Below it, beginning a new file would take as much as it frees. */
const worthDiscardingBytes = 262_144;

/** Lets all telemetry go, leaving gaps: the last resort for an alarm on a full disk. */
function discardTelemetry(lane: Lane, counters: Counters): boolean {
  if (lane.usedBytes < worthDiscardingBytes) return false;
  const { oldest, newest } = lane.extent;
  lane.discard();
  counters.add('telemetry-dropped', newest - oldest + 1);
  return true;
}

/** Takes the reserve again; where the disk has no room for it, telemetry gives some of its own. */
function keepReserve(
  reserve: DiskReserve,
  telemetry: Lane,
  { alarmReserveBytes, counters, log }: OutboxOptions,
): void {
  if (reserve.restore()) return;
  const { oldest, newest } = telemetry.extent;
  const bytesEach = telemetry.usedBytes / (newest - oldest + 1);
  try {
    telemetry.dropOldest(Math.ceil((2 * alarmReserveBytes) / bytesEach));
    counters.add('telemetry-dropped', telemetry.extent.oldest - oldest);
    telemetry.giveBack();
  } catch (error) {
    log.warn({ err: error }, 'telemetry could not give room for the alarm reserve');
  }
  if (!reserve.restore()) log.error({ alarmReserveBytes }, 'no room on the disk for the alarm reserve');
}
