import type { Observation } from '../adapter.ts';
import { maxRawBytes } from './panel-decoding.ts';

/** Frames with a wrong checksum in a row after which a person must look at the panel. */
export const damagedFramesLimit = 3;
/** Shortest time between two such calls for a person on one connection, ms. */
export const damagedFramesIntervalMs = 600_000;

/** Watches one connection for frames that keep arriving damaged: its panel may be trying to report a fire. */
export interface DamagedFrames {
  /** A correct frame came. */
  forget(): void;
  /**
   * A frame came with a wrong checksum.
   *
   * @param claimed Device that the frame itself names, which may be damaged too.
   * @param known Device that spoke on this connection before.
   * @returns The alarm to take now, or none.
   */
  add(frame: { claimed: string; known: string | undefined; bytes: Buffer }): Observation | undefined;
  /** The alarm was taken. */
  called(): void;
}

/** Creates the watch over one connection; `unknown` is the device told where none is certain. */
export function createDamagedFrames(now: () => number, unknown: string): DamagedFrames {
  let inARow: string[] = [];
  let calledAt: number | undefined;
  return {
    forget: () => {
      inARow = [];
    },
    add: ({ claimed, known, bytes }) => {
      inARow = [...inARow, claimed].slice(-damagedFramesLimit);
      const at = now();
      const wasCalled = calledAt !== undefined && Math.abs(at - calledAt) < damagedFramesIntervalMs;
      if (inARow.length < damagedFramesLimit || wasCalled) return undefined;
      const agree = inARow.every((other) => other === claimed);
      return {
        device: known ?? (agree ? claimed : unknown),
        near: { key: 'bad-checksum', at, withinMs: damagedFramesIntervalMs / 2 },
        body: {
          type: 'event',
          kind: 'unreadable-alarm',
          unreadable: {
            reason: `${damagedFramesLimit} frames in a row came with a wrong checksum`,
            raw: bytes.subarray(0, maxRawBytes).toString('hex'),
          },
        },
      };
    },
    called: () => {
      calledAt = now();
    },
  };
}
