import type { RecordIdentity } from '#contracts/journal-entry.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Because, ReceivedRecord } from './rules/rule.ts';
import type { Warning } from './warning.ts';

/** The journal entry that causes what is written. */
export interface Cause {
  at: number;
  position: number;
}

/** What happened to a warning, to be written to the log. */
export type Written = Pick<WarningTransition, 'transition' | 'evidence' | 'late' | 'byPeople'> & {
  because?: Because;
  record?: ReceivedRecord;
  cause: Cause;
};

const reasons = {
  merged: { merged: true },
  'panel-reset': { panelReset: true },
  'taken-out': { takenOut: true },
} as const satisfies Record<Because, Partial<WarningTransition>>;

/** Writes a transition for the warning log. */
export function transitionOf(
  warning: Warning,
  sequence: number,
  { transition, evidence, late, record, cause, byPeople, because }: Written,
): WarningTransition {
  return {
    sequence,
    at: cause.at,
    position: cause.position,
    warning: warning.id,
    transition,
    rule: warning.rule,
    key: warning.key,
    kind: warning.kind,
    level: warning.level,
    lifeSafety: warning.lifeSafety,
    late,
    drill: warning.validity === 'drill',
    community: warning.community,
    device: warning.device,
    gateway: warning.gateway,
    component: componentOf(record) ?? warning.component,
    ...(record && fromRecord(record)),
    ...(byPeople && { byPeople }),
    ...(because && reasons[because]),
    evidence,
  };
}

function componentOf(record: ReceivedRecord | undefined) {
  return record?.body.type === 'event' ? record.body.component : undefined;
}

function fromRecord(record: ReceivedRecord) {
  const { community, gateway, epoch, lane, sequence, origin, observedAt, capturedAt } = record;
  const identity: RecordIdentity = { community, gateway, epoch, lane, sequence };
  const { possibleRepeat, saidByOther } = record;
  return {
    ...{ record: identity, origin, observedAt, capturedAt },
    ...(possibleRepeat && { possibleRepeat }),
    ...(saidByOther && { saidByOther }),
  };
}
