import { type HoldingKind, holdingKinds } from '#contracts/facts/event-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import { type HoldingRow, holdingAlone } from '../incidents/holding.ts';
import { nextIncidentState } from '../incidents/incident-lifecycle.ts';
import { appendEntry, saveIncident, warningsOf } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import type { Words } from '../words.ts';
import type { Escalation } from './escalation.ts';
import { restoreAssignments } from './restore-assignments.ts';

/** How long after it was resolved an incident is opened again while its device still says it, a kind, in ms. */
export type ReopenTimes = Record<HoldingKind, number>;

/** Most incidents opened again in one run, so that other writers get their turn. */
const maxDueAtOnce = 20;

/** Kinds in words, each once. */
export function holdingWords(holding: readonly Pick<HoldingRow, 'kind'>[]): Words {
  const kinds = [...new Set(holding.map(({ kind }) => kind))];
  return {
    zh: kinds.map((kind) => kindWords[kind].zh).join('、'),
    en: kinds.map((kind) => kindWords[kind].en).join(', '),
  };
}

/**
 * Sets when an incident that is being resolved is opened again: after the shortest time of what its devices still say;
 * never where they say nothing. The caller saves it.
 */
export async function armReopening(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  times: ReopenTimes,
): Promise<HoldingRow[]> {
  const holding = await holdingAlone(transaction.trx, incident.id);
  incident.reopen_at =
    holding.length === 0 ? null : transaction.now + Math.min(...holding.map(({ kind }) => times[kind]));
  return holding;
}

/** A warning ended: a resolved incident on which nothing holds any more stays closed. The caller saves it. */
export async function disarmReopening(
  transaction: IncidentTransaction,
  incident: IncidentRow,
): Promise<void> {
  if (incident.reopen_at === null) return;
  if ((await holdingAlone(transaction.trx, incident.id)).length === 0) incident.reopen_at = null;
}

/**
 * Opens incidents again whose devices still say what they were resolved for, unanswered and sounding (promise 7). What
 * came due while dispatch was away is due now.
 *
 * @returns True where more are waiting.
 */
export async function reopenHolding(
  transaction: IncidentTransaction,
  escalation: Escalation,
  times: ReopenTimes,
): Promise<boolean> {
  const { trx, now, registry } = transaction;
  const longestMs = Math.max(...holdingKinds.map((kind) => times[kind]));
  const due = await trx
    .selectFrom('incident')
    .selectAll()
    .where('reopen_at', 'is not', null)
    // One due further ahead than any setting was set before the clock was put back.
    .where((eb) => eb.or([eb('reopen_at', '<=', now), eb('reopen_at', '>', now + longestMs)]))
    .orderBy('reopen_at')
    .limit(maxDueAtOnce)
    .execute();
  for (const incident of due) {
    const holding = (await holdingAlone(trx, incident.id)).filter(
      // A device that was taken away will never say that it is over.
      ({ device }) => device === null || registry.of(incident.community)?.devices.has(device),
    );
    incident.reopen_at = null;
    if (holding.length > 0) {
      const words = holdingWords(holding);
      await reopenAsNew(transaction, escalation, incident, {
        zh: `设备仍在报警（${words.zh}），重新打开`,
        en: `The device is still in alarm (${words.en}): opened again`,
      });
    }
    await saveIncident(transaction, incident);
  }
  return due.length === maxDueAtOnce;
}

/**
 * Opens a resolved incident again as a new one and notifies people; whoever was still going is assigned again. The caller
 * saves it.
 */
export async function reopenAsNew(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  words: Words,
): Promise<void> {
  const next = nextIncidentState(incident.state, 'still-holds');
  if (!next) return;
  const restored = await restoreAssignments(transaction, incident);
  incident.state = next;
  incident.resolved_at = null;
  incident.outcome = null;
  incident.reopen_at = null;
  incident.acknowledged_at = null;
  incident.acknowledged_by = null;
  incident.attention += 1;
  incident.attention_at = transaction.now;
  await appendEntry(transaction, incident, {
    type: 'reopened',
    words: { zh: words.zh + restored.words.zh, en: words.en + restored.words.en },
    level: incident.level,
    warnings: await warningsOf(transaction, incident.id),
  });
  await escalation.start(transaction, incident);
}
