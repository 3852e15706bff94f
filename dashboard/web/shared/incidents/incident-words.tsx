import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident, LinkedIncident } from '#contracts/incident.ts';
import { useTimeOfDay } from '../time/use-time-words.ts';

/** What devices still say of an incident, as one text; undefined where they say nothing. */
export function useHoldingKinds({ holding }: Pick<Incident, 'holding'>): string | undefined {
  const { t } = useTranslation();
  if (!holding) return undefined;
  const kinds = [...new Set(holding.map(({ kind }) => kind))];
  return kinds.map((kind) => t(`kind.${kind}`)).join(t('listComma'));
}

/**
 * Says on an incident that has been answered that its device is still in alarm and, resolved, when it is opened again;
 * nothing on one that sounds anyway.
 *
 * @param time Writes an instant, epoch ms.
 */
export function HoldingWords({ incident, time }: { incident: Incident; time: (at: number) => string }) {
  const { t } = useTranslation();
  const kinds = useHoldingKinds(incident);
  if (kinds === undefined || incident.state === 'new') return null;
  return (
    <p className="holding" data-testid={`holding-${incident.id}`}>
      {t('holding', { kinds })}
      {incident.reopensAt !== undefined && ` · ${t('reopensAt', { time: time(incident.reopensAt) })}`}
    </p>
  );
}

/**
 * What stands above all else on an incident: that nobody answers, then what of it is to be verified, and how; nothing
 * on most.
 */
export function FirstLines({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { id, unansweredSince, saidByOther, late, capturedAt } = incident;
  if (unansweredSince === undefined && !saidByOther && !late) return null;
  return (
    <div className="first-lines" data-testid={`first-lines-${id}`}>
      {unansweredSince !== undefined && (
        <p className="unanswered" data-testid={`unanswered-${id}`}>
          <strong>{t('unanswered')}</strong> {t('unansweredSince', { time: time(unansweredSince) })}
        </p>
      )}
      {late && (
        <p className="verify">
          {capturedAt === undefined ? t('late') : t('lateSince', { time: time(capturedAt) })}
        </p>
      )}
      {saidByOther && <p className="verify">{t('saidByOther')}</p>}
      {(late || saidByOther) && <p>{t('howToVerify')}</p>}
    </div>
  );
}

/** Says of an incident that what it is about was taken out of the plan: nobody hears any more whether it still is so. */
export function TakenOutWords({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  if (!incident.takenOut) return null;
  const kinds = incident.takenOut.map((kind) => t(`kind.${kind}`)).join(t('listComma'));
  return (
    <p className="holding" data-testid={`taken-out-${incident.id}`}>
      {t('takenOut', { kinds })}
    </p>
  );
}

interface LinkedWordsProps {
  incident: Incident;
  /** Draws a number that leads to its incident; as it is where a page cannot show another. */
  link?: (linked: LinkedIncident) => ReactNode;
}

/** Names the incidents that one about a late alarm, or the closed one of that time, is linked to. */
export function LinkedWords({ incident: { linked, late }, link }: LinkedWordsProps) {
  const { t } = useTranslation();
  if (!linked) return null;
  return (
    <p className="linked">
      {t(late ? 'linkedToClosed' : 'linkedToLate')}{' '}
      {linked.map((one, index) => (
        <span key={one.id} className="linked__one">
          {index > 0 && t('listComma')}
          {link ? link(one) : one.number}
        </span>
      ))}
    </p>
  );
}

/** Places named on a card; the count tells of the rest. */
const maxNamed = 4;

/** How many devices an incident is about and where the first of them are; nothing where it is about one. */
export function MemberWords({ incident: { members }, all = false }: { incident: Incident; all?: boolean }) {
  const { t } = useTranslation();
  if (!members || members.count === 0) return null;
  const named = members.places.slice(0, all ? undefined : maxNamed);
  const rest = members.count > named.length ? t('andMore') : '';
  return (
    <p className="members" data-testid="members">
      {t('members', { n: members.count, places: named.join(t('listComma')) + rest })}
    </p>
  );
}

/** A shape of its own for each level, so that colour never speaks alone. */
const shapes = {
  red: 'M8 2h8l6 6v8l-6 6H8l-6-6V8z',
  orange: 'M12 2l11 20H1z',
  yellow: 'M12 1l11 11-11 11L1 12z',
  blue: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z',
} as const satisfies Record<Incident['level'], string>;

/** A level by shape, word and colour. */
export function LevelMark({ level }: { level: Incident['level'] }) {
  const { t } = useTranslation();
  return (
    <span className={`level-mark level-mark--${level}`}>
      <svg viewBox="0 0 24 24" width="1.15em" height="1.15em" aria-hidden="true">
        <path d={shapes[level]} fill="currentColor" />
      </svg>
      {t(`level.${level}`)} {t(`levelGrade.${level}`)}
    </span>
  );
}
