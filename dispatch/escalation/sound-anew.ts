import type { Writing } from '../incidents/incident-file.ts';
import { nextIncidentState } from '../incidents/incident-lifecycle.ts';
import type { IncidentRow } from '../tables.ts';
import type { Escalation } from './escalation.ts';

/**
 * Asks for people again: the incident is new, its attention rises, and they are told. The caller saves it.
 *
 * @param since Epoch ms from which the wait of an incident that had been answered counts anew.
 */
export async function soundAnew(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
  since: number,
): Promise<void> {
  const wasAnswered = incident.state === 'acknowledged';
  incident.state = nextIncidentState(incident.state, 'alarm-anew') ?? incident.state;
  incident.attention += 1;
  incident.acknowledged_at = null;
  incident.acknowledged_by = null;
  if (wasAnswered) {
    incident.attention_at = since;
    await escalation.start(writing, incident);
  } else {
    await escalation.tellAgain(writing, incident);
  }
}
