import { isWorse } from '#contracts/facts/levels.ts';
import type { Members, WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { realert } from '../escalation/re-alert.ts';
import { disarmReopening } from '../escalation/reopen-holding.ts';
import { autoResolve } from '../incidents/auto-resolve.ts';
import { appendEntry, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';

/** Kinds whose end is known of every device they are of, so that their incident may close by itself. */
const closesItself: readonly string[] = ['outage', 'device-stale'];

/** An incident is about the devices of its warning, where that is about several. */
export function setMembers(incident: IncidentRow, { evidence }: WarningTransition): void {
  if (evidence.members) incident.members = JSON.stringify(evidence.members);
}

/**
 * A warning is about other devices than before: its incident says which. One more of what was answered at red or orange
 * re-alerts, as another device does (DESIGN.md, promise 8).
 */
export async function changeMembers(
  transaction: IncidentTransaction,
  escalation: Escalation,
  transition: WarningTransition,
): Promise<'changed' | 're-alerted' | 'already-applied' | 'nothing-to-end'> {
  const incident = await findHolder(transaction, transition.warning);
  if (!incident || incident.state === 'resolved') return 'nothing-to-end';
  if (await isTold(transaction, incident, transition)) return 'already-applied';
  const before = membersOf(incident)?.count ?? 0;
  setMembers(incident, transition);
  const grew = (membersOf(incident)?.count ?? 0) > before;
  await appendEntry(transaction, incident, entryOf(transition, 'changed'));
  // One replaced gateway speaks for device after device: that is one cause, and was answered.
  const isOneCause = transition.kind === 'gateway-speaks-for-others';
  const sounds =
    grew && !isOneCause && incident.state === 'acknowledged' && isWorse(transition.level, 'yellow');
  if (sounds) await realert(transaction, escalation, incident, transition.at);
  await saveIncident(transaction, incident);
  return sounds ? 're-alerted' : 'changed';
}

/** The devices an incident is about, as kept in its row. */
export function membersOf({ members }: Pick<IncidentRow, 'members'>): Members | undefined {
  return members === null ? undefined : (JSON.parse(members) as Members);
}

/**
 * The device of an alarm was removed from the registry while people handle its incident: the incident stays open, and
 * says that the device's state is unknown.
 */
export async function markTakenOut(
  transaction: IncidentTransaction,
  transition: WarningTransition,
): Promise<'changed' | 'already-applied' | 'nothing-to-end'> {
  const incident = await findHolder(transaction, transition.warning);
  if (!incident) return 'nothing-to-end';
  const { numUpdatedRows } = await transaction.trx
    .updateTable('incident_warning')
    .set({ taken_out: 1 })
    .where('warning', '=', transition.warning)
    .where('taken_out', '=', 0)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return 'already-applied';
  await disarmReopening(transaction, incident);
  await appendEntry(transaction, incident, entryOf(transition, 'taken-out'));
  await saveIncident(transaction, incident);
  return 'changed';
}

/**
 * The condition ended: said on the newest incident that holds the warning, whose state stays people's unless it may close
 * by itself. An end that is people's own is said by no device: the line with which they resolved it tells it.
 */
export async function endCondition(
  transaction: IncidentTransaction,
  escalation: Escalation,
  transition: WarningTransition,
): Promise<'ended' | 'by-people' | 'auto-resolved' | 'nothing-to-end'> {
  const incident = await findHolder(transaction, transition.warning);
  if (!incident) return 'nothing-to-end';
  await transaction.trx
    .updateTable('incident_warning')
    .set({ active: 0, ...(transition.takenOut && { taken_out: 1 }) })
    .where('warning', '=', transition.warning)
    .execute();
  await disarmReopening(transaction, incident);
  if (!transition.byPeople)
    await appendEntry(transaction, incident, entryOf(transition, endType(transition)));
  const isSilence =
    closesItself.includes(transition.kind) || (transition.takenOut && transition.kind === 'link-fault');
  const mayClose = !transition.byPeople && (transition.merged || isSilence);
  const closed = mayClose && (await autoResolve(transaction, escalation, incident, transition));
  await saveIncident(transaction, incident);
  if (closed) return 'auto-resolved';
  return transition.byPeople ? 'by-people' : 'ended';
}

/** The newest incident on which a warning still holds. */
async function findHolder(
  transaction: IncidentTransaction,
  warning: string,
): Promise<IncidentRow | undefined> {
  const holder = await transaction.trx
    .selectFrom('incident_warning')
    .innerJoin('incident', 'incident.id', 'incident_warning.incident')
    .select('incident.id')
    .where('warning', '=', warning)
    .where('active', '=', 1)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return holder && findIncident(transaction, holder.id);
}

/** True where a change is on the timeline already, as when the warning log is read again from its start. */
async function isTold(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  transition: WarningTransition,
): Promise<boolean> {
  const row = await transaction.trx
    .selectFrom('timeline')
    .select('sequence')
    .where('incident', '=', incident.id)
    .where('type', '=', 'changed')
    .where('warning', '=', transition.warning)
    .where('at', '=', transition.at)
    .where('words_en', '=', transition.evidence.en)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Told as the device's own end is only what the device itself said. */
function endType({ merged, panelReset, takenOut }: WarningTransition) {
  if (takenOut) return 'taken-out';
  return merged || panelReset ? 'changed' : 'condition-ended';
}

function entryOf(transition: WarningTransition, type: 'changed' | 'condition-ended' | 'taken-out') {
  return {
    type,
    words: transition.evidence,
    at: transition.at,
    level: transition.level,
    kind: transition.kind,
    warning: transition.warning,
    warnings: [transition.warning],
    observedAt: transition.observedAt,
  };
}
