import { createHash } from 'node:crypto';
import type { Observation } from '../adapter.ts';
import { maxRawBytes } from './unknown-data.ts';

/** Damaged frames in a row after which a person must look at the panel. */
export const damagedFramesLimit = 3;
/** Damaged frames that come closer together than this are one burst of noise, ms; a panel resends after seconds. */
export const burstMs = 1000;
/** The same bytes again within this may be a resend, ms. */
export const resendMs = 60_000;

/** Watches one connection for frames that keep arriving damaged: its panel may be trying to report a fire. */
export interface DamagedFrames {
  /** A correct frame came. */
  forget(): void;
  /**
   * A damaged frame came.
   *
   * @param claimed Device that the frame itself names, which may be damaged too.
   * @param known Device that spoke on this connection before.
   * @returns The alarm to send now, or none.
   */
  add(frame: { claimed: string; known: string | undefined; bytes: Buffer }): Observation | undefined;
  /** The alarm was accepted: the next three in a row are another. */
  called(): void;
}

/** Creates the watch over one connection; `unknown` is the device told where none is certain. */
export function createDamagedFrames(now: () => number, unknown: string): DamagedFrames {
  let inARow: Array<{ claimed: string; bytes: Buffer }> = [];
  let calledAt: number | undefined;
  return {
    forget: () => {
      inARow = [];
    },
    add: ({ claimed, known, bytes }) => {
      const at = now();
      if (calledAt !== undefined && Math.abs(at - calledAt) < burstMs) return undefined;
      inARow = [...inARow, { claimed, bytes: Buffer.from(bytes) }].slice(-damagedFramesLimit);
      if (inARow.length < damagedFramesLimit) return undefined;
      const agree = inARow.every((other) => other.claimed === claimed);
      const hash = createHash('sha256');
      for (const other of inARow) hash.update(other.bytes);
      return {
        device: known ?? (agree ? claimed : unknown),
        near: { key: `damaged ${hash.digest('hex').slice(0, 16)}`, at, withinMs: resendMs },
        body: {
          type: 'event',
          kind: 'unreadable-alarm',
          unreadable: {
            reason: `${damagedFramesLimit} damaged frames in a row`,
            raw: bytes.subarray(0, maxRawBytes).toString('hex'),
          },
        },
      };
    },
    called: () => {
      calledAt = now();
      inARow = [];
    },
  };
}
