import { createHash } from 'node:crypto';
import type { WarningKind } from '#contracts/facts/incident-kinds.ts';
import type { Level } from '#contracts/facts/levels.ts';
import type { Component } from '#contracts/record-body.ts';
import type { Validity } from '#contracts/warning-transition.ts';
import type { WarningState } from './warning-lifecycle.ts';

/** A warning as the engine keeps it. */
export interface Warning {
  id: string;
  rule: string;
  key: string;
  /** Device id, or the address where the registry has no such device. */
  subject: string;
  kind: WarningKind;
  level: Level;
  lifeSafety: boolean;
  late: boolean;
  /** As long as only another gateway than the device's own has said it, or the own one late. */
  saidByOther?: true;
  /** Its device was removed from the registry: its state is unknown. */
  takenOut?: true;
  community: string;
  gateway?: string;
  device?: string;
  component?: Component;
  building?: string;
  /** Sequence of the line that raised it. */
  openedBy: number;
  /** Platform time, epoch ms. */
  raisedAt: number;
  /** Gateway time of the alarm that raised it, epoch ms; absent where time alone did. */
  firstAlarmAt?: number;
  /** Gateway time of its newest alarm, epoch ms; absent where time alone raised it. */
  lastAlarmAt?: number;
  state: WarningState;
  validity: Validity;
}

/**
 * Id of a warning: the same at every replay.
 *
 * @param opening Identity of the opening record, or the journal position where time alone raised it.
 */
export function warningId(
  { community, rule, key }: Pick<Warning, 'community' | 'rule' | 'key'>,
  opening: string | number,
): string {
  const text = JSON.stringify([community, rule, key, opening]);
  return `w-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
