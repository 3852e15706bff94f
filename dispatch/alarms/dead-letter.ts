import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';

/** Longest text kept of an entry, in characters. */
const maxEntryLength = 16_384;

/**
 * Keeps an entry of the warning log that cannot be applied. It may have been a cry for help, so it also opens a red
 * "unreadable alarm, verify".
 */
export async function keepDeadLetter(
  transaction: IncidentTransaction,
  escalation: Escalation,
  transition: WarningTransition,
  error: unknown,
): Promise<void> {
  await transaction.trx
    .insertInto('dead_letter')
    .values({
      sequence: transition.sequence,
      at: transaction.now,
      entry: JSON.stringify(transition).slice(0, maxEntryLength),
      reason: error instanceof Error ? error.message : String(error),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const incident = await openIncident(transaction, {
    community: String(transition.community),
    kind: 'unreadable-alarm',
    level: 'red',
    lifeSafety: true,
    late: false,
    drill: false,
    source: 'warning',
    place: {
      label: `${transition.gateway ?? ''} ${transition.device ?? transition.key ?? ''}`.trim() || '?',
    },
    openedAt: transaction.now,
  });
  await escalation.start(transaction, incident);
  await saveIncident(transaction, incident);
}
