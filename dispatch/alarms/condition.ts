import { isWorse } from '#contracts/facts/levels.ts';
import type { Members, WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { disarmReopening } from '../escalation/reopen-holding.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
import { closeByItself } from '../incidents/close-by-itself.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';

/** Kinds whose end is known of every device they are of, so that their incident may close by itself. */
const closesItself: readonly string[] = ['outage', 'device-stale'];

/** An incident is about the devices of its warning, where that is about several. */
export function takeMembers(incident: IncidentRow, { evidence }: WarningTransition): void {
  if (evidence.members) incident.members = JSON.stringify(evidence.members);
}

/**
 * A warning is about other devices than before: its incident says which. One more of what was answered at red or orange
 * sounds anew, as another device does (DESIGN.md, promise 8).
 */
export async function changeMembers(
  writing: Writing,
  escalation: Escalation,
  line: WarningTransition,
): Promise<'changed' | 'sounded-anew' | 'stands-already' | 'nothing-to-end'> {
  const incident = await findHolder(writing, line.warning);
  if (!incident || incident.state === 'resolved') return 'nothing-to-end';
  if (await isTold(writing, incident, line)) return 'stands-already';
  const before = membersOf(incident)?.count ?? 0;
  takeMembers(incident, line);
  const grew = (membersOf(incident)?.count ?? 0) > before;
  await appendLine(writing, incident, lineOf(line, 'changed'));
  // One replaced gateway speaks for device after device: that is one cause, and was answered.
  const isOneCause = line.kind === 'gateway-speaks-for-others';
  const sounds = grew && !isOneCause && incident.state === 'acknowledged' && isWorse(line.level, 'yellow');
  if (sounds) await soundAnew(writing, escalation, incident, line.at);
  await saveIncident(writing, incident);
  return sounds ? 'sounded-anew' : 'changed';
}

/** The devices an incident is about, as kept in its row. */
export function membersOf({ members }: Pick<IncidentRow, 'members'>): Members | undefined {
  return members === null ? undefined : (JSON.parse(members) as Members);
}

/**
 * What an alarm is about was taken out of the registry while people are told of it: its incident stays theirs, and says
 * that nobody hears any more whether it still is so.
 */
export async function markTakenOut(
  writing: Writing,
  line: WarningTransition,
): Promise<'changed' | 'stands-already' | 'nothing-to-end'> {
  const incident = await findHolder(writing, line.warning);
  if (!incident) return 'nothing-to-end';
  const { numUpdatedRows } = await writing.trx
    .updateTable('incident_warning')
    .set({ taken_out: 1 })
    .where('warning', '=', line.warning)
    .where('taken_out', '=', 0)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return 'stands-already';
  await disarmReopening(writing, incident);
  await appendLine(writing, incident, lineOf(line, 'taken-out'));
  await saveIncident(writing, incident);
  return 'changed';
}

/**
 * The condition ended: said on the newest incident that holds the warning, whose state stays people's unless it may close
 * by itself. An end that is people's own is said by no device: the line with which they resolved it tells it.
 */
export async function endCondition(
  writing: Writing,
  escalation: Escalation,
  line: WarningTransition,
): Promise<'ended' | 'of-people' | 'closed-itself' | 'nothing-to-end'> {
  const incident = await findHolder(writing, line.warning);
  if (!incident) return 'nothing-to-end';
  await writing.trx
    .updateTable('incident_warning')
    .set({ active: 0, ...(line.takenOut && { taken_out: 1 }) })
    .where('warning', '=', line.warning)
    .execute();
  await disarmReopening(writing, incident);
  if (!line.byPeople) await appendLine(writing, incident, lineOf(line, endType(line)));
  const isSilence = closesItself.includes(line.kind) || (line.takenOut && line.kind === 'link-fault');
  const mayClose = !line.byPeople && (line.merged || isSilence);
  const closed = mayClose && (await closeByItself(writing, escalation, incident, line));
  await saveIncident(writing, incident);
  if (closed) return 'closed-itself';
  return line.byPeople ? 'of-people' : 'ended';
}

/** The newest incident on which a warning stands and holds. */
async function findHolder(writing: Writing, warning: string): Promise<IncidentRow | undefined> {
  const holder = await writing.trx
    .selectFrom('incident_warning')
    .innerJoin('incident', 'incident.id', 'incident_warning.incident')
    .select('incident.id')
    .where('warning', '=', warning)
    .where('active', '=', 1)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return holder && findIncident(writing, holder.id);
}

/** True where a change stands on the timeline, as when the warning log is read anew. */
async function isTold(writing: Writing, incident: IncidentRow, line: WarningTransition): Promise<boolean> {
  const row = await writing.trx
    .selectFrom('timeline')
    .select('sequence')
    .where('incident', '=', incident.id)
    .where('type', '=', 'changed')
    .where('warning', '=', line.warning)
    .where('at', '=', line.at)
    .where('words_en', '=', line.evidence.en)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Told as the device's own end is only what the device itself said. */
function endType({ merged, panelReset, takenOut }: WarningTransition) {
  if (takenOut) return 'taken-out';
  return merged || panelReset ? 'changed' : 'condition-ended';
}

function lineOf(line: WarningTransition, type: 'changed' | 'condition-ended' | 'taken-out') {
  return {
    type,
    words: line.evidence,
    at: line.at,
    level: line.level,
    kind: line.kind,
    warning: line.warning,
    warnings: [line.warning],
    observedAt: line.observedAt,
  };
}
