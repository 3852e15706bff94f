import type { Static, TObject } from 'typebox';
import type { CommandAction, CommandReason } from '#contracts/command.ts';
import type { Body } from '#contracts/record-body.ts';
import type { Logger } from '#runtime/log.ts';
import type { SettingsSchema } from '#runtime/settings.ts';

/**
 * A device's own identity of an event: the same device, key and instant within 24 h is the same event, sent again.
 * What only lies close by in time has no origin, see `Near`.
 */
export interface Origin {
  /** At most 96 characters, e.g. a panel's serial number and time tag. */
  key: string;
  /** The device's own instant, where that belongs to the identity, epoch ms. */
  at?: number;
}

/**
 * What only time can tell from an event before it. An observation whose `at` lies within `withinMs` of an accepted one
 * of the same device and key is accepted too, and marked as a possible repeat.
 */
export interface Near {
  /** At most 96 characters, e.g. a digest of the frame's bytes. */
  key: string;
  /** Epoch ms. */
  at: number;
  withinMs: number;
}

/** What an adapter read from a device's bytes: a record without the gateway's own numbering. */
export interface Observation {
  /** Device address, e.g. `watch-3g:6907919734`. */
  device: string;
  origin?: Origin;
  /** Where the protocol has no identity; beside an `origin` it is not looked at. */
  near?: Near;
  /**
   * Key of an origin or near of this device that this observation ends: once this is on disk, the next one of that key
   * is no repeat, and both stand or fall together.
   */
  ends?: string;
  /** The device's clock, epoch ms; shown, never compared. */
  observedAt?: number;
  /** The device itself says that this is old. */
  historical?: true;
  body: Exclude<Body, { type: 'gap' }>;
}

/**
 * What became of an observation: `repeat` is one whose origin was accepted before, `dropped` telemetry that the wire does
 * not allow; both are answered all the same, since sending them again would change nothing. `possible-repeat` is
 * stored, with its mark.
 */
export type Acceptance = 'accepted' | 'possible-repeat' | 'repeat' | 'dropped';

/** What an adapter works with. */
export interface AdapterContext {
  /**
   * Puts observations into the outbox and returns when they are on disk; only then may the device be answered.
   * Alarms are committed all or none, and synced to disk before this returns.
   *
   * One that the wire does not allow costs itself alone, and its neighbours go on: an event sheds the fields that are
   * out of range, an alarm that still does not fit becomes an `unreadable-alarm` of its device (of the gateway, where
   * its device cannot be read), a reading is dropped. Each is counted as `observations-repaired`, `-unreadable` or
   * `-dropped`.
   *
   * @throws {EdgeError} `OUTBOX_FULL`; the device is then denied or left without an answer, so that it tries again.
   */
  accept(observations: Observation[]): Acceptance[];
  /** Gateway time, corrected by the known offset, epoch ms. */
  now(): number;
  /** Counts what happened on the wire, e.g. `frames`, `garbage-bytes`, `bad-checksum`, `refused-connections`. */
  count(what: string, by?: number): void;
  /** A device called that speaks another protocol; `remote` is its network address without the port. */
  foreign(call: { protocol: string; device?: string; remote: string }): void;
  /** Small files of the adapter's own, which outlive a restart and a power cut. */
  kept: KeptFiles;
  log: Logger;
}

/** Files that are replaced as a whole. */
export interface KeptFiles {
  /** Undefined where nothing was written, or it cannot be read. */
  read(name: string): string | undefined;
  /** Returns when the text is on disk. @throws {Error} where it is not; what was there before stands. */
  write(name: string, text: string): void;
}

/** How an actuation ended; `unknown` where it may have been done. */
export type ActuationResult =
  | { result: 'done' }
  | { result: 'failed' | 'unknown' | 'expired'; reason: CommandReason };

/** An action asked of one device. */
export interface Actuation {
  /** Device address. */
  device: string;
  action: CommandAction;
  /** False once the command is past its age: nothing may be asked of the device any more. */
  isTimely(): boolean;
}

/** A running adapter: it listens for its devices until closed. */
export interface Adapter {
  /** Port it listens on. */
  readonly port: number;
  /** Actuates a device, at most once; absent where its devices have no actuators. Never throws. */
  actuate?(actuation: Actuation): Promise<ActuationResult>;
  close(): Promise<void>;
}

/** Creates an adapter with its own settings. @throws {RuntimeError} `PORT_TAKEN` naming the setting. */
export type AdapterFactory<Settings> = (context: AdapterContext & { settings: Settings }) => Promise<Adapter>;

/** What an adapter's `config.ts` says of it, without loading its code. */
export interface AdapterSettings<S extends TObject = TObject> extends SettingsSchema<S> {
  /** Protocol name, as in device addresses. */
  readonly protocol: string;
  /** What speaks it, as a heading of `docs/configuration.md`, e.g. `fire panels`. */
  readonly devices: string;
  /** Where its devices connect from: the agent on site opens `site`, the hosted one `mobile`. */
  readonly network: 'site' | 'mobile';
  /** False where its settings say not to listen. */
  isEnabled(settings: Static<S>): boolean;
}

/** Declares an adapter's settings; `isEnabled` gets them by their types. */
export function adapterSettings<S extends TObject>(settings: AdapterSettings<S>): AdapterSettings<S> {
  return settings;
}
