import { Link } from 'react-router';
import type { Incident } from '#contracts/incident.ts';
import { LinkedWords } from '../../shared/incidents/linked-words.tsx';

/** The incidents that one is linked to, each opened by its number. */
export function LinkedIncidents({ incident }: { incident: Incident }) {
  return (
    <LinkedWords
      incident={incident}
      link={({ id, number }) => <Link to={{ search: `?incident=${id}` }}>{number}</Link>}
    />
  );
}
