import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { saveIncident } from '../incidents/timeline.ts';

/** Longest text kept of a line, in characters. */
const maxLineLength = 16_384;

/**
 * Keeps a line that could not be taken and, since it may have been a cry for help, opens a red
 * "unreadable alarm, verify" in its place.
 */
export async function setAside(
  writing: Writing,
  escalation: Escalation,
  line: WarningTransition,
  error: unknown,
): Promise<void> {
  await writing.trx
    .insertInto('set_aside_line')
    .values({
      sequence: line.sequence,
      at: writing.now,
      line: JSON.stringify(line).slice(0, maxLineLength),
      reason: error instanceof Error ? error.message : String(error),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const incident = await openIncident(writing, {
    community: String(line.community),
    kind: 'unreadable-alarm',
    level: 'red',
    lifeSafety: true,
    late: false,
    drill: false,
    source: 'warning',
    place: { label: `${line.gateway ?? ''} ${line.device ?? line.key ?? ''}`.trim() || '?' },
    openedAt: writing.now,
  });
  await escalation.start(writing, incident);
  await saveIncident(writing, incident);
}
