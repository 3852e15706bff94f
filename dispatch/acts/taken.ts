import type { Writing } from '../incidents/incident-file.ts';
import { type Actor, appendLine } from '../incidents/timeline.ts';
import type { IncidentRow, NotificationRow } from '../tables.ts';
import type { Words } from '../words.ts';

const takenWords: Record<NotificationRow['about'], (name: string) => Words> = {
  alarm: (name) => ({ zh: `${name} 已收到通知`, en: `Message reached ${name}'s page` }),
  assignment: (name) => ({ zh: `${name} 已收到派遣`, en: `Assignment reached ${name}'s page` }),
};

/** What tells which messages are one word to a person: of one attention, or of one assignment. */
type Addressed = Pick<NotificationRow, 'incident' | 'person' | 'about' | 'attention' | 'assignment'>;

/** The same for all messages of a person and attention, or of an assignment: the first one taken is told. */
export function takenKey({ incident, person, about, attention, assignment }: Addressed): string {
  return [incident, person, about, about === 'assignment' ? assignment : attention].join(' ');
}

/** What pages took before of the incidents that messages belong to, by `takenKey`. */
export async function takenBefore(
  { trx }: Writing,
  messages: readonly Pick<NotificationRow, 'incident'>[],
): Promise<Set<string>> {
  const ids = [...new Set(messages.map(({ incident }) => incident))];
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom('notification')
    .select(['incident', 'person', 'about', 'attention', 'assignment'])
    .where('incident', 'in', ids)
    .where('state', 'in', ['delivered', 'read'])
    .execute();
  return new Set(rows.map(takenKey));
}

/** Puts on the timeline that a person's page took a message; the caller saves the incident. */
export function appendTaken(
  writing: Writing,
  incident: IncidentRow,
  { about }: Pick<NotificationRow, 'about'>,
  actor: Actor,
): Promise<void> {
  return appendLine(writing, incident, { type: 'delivered', actor, words: takenWords[about](actor.name) });
}
