import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '#contracts/incident.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';

/** Lines drawn; a storm's earlier lines stay with the platform. */
const maxLines = 200;
/** A device clock is shown where it is so far from the platform's, in ms. */
const clockDiffersMs = 60_000;

/** What happened, newest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const id = useId();
  const newestFirst = [...entries].sort((a, b) => b.sequence - a.sequence).slice(0, maxLines);
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('detail.timeline')}</h3>
      <ol className="timeline">
        {newestFirst.map((entry) => (
          <TimelineLine key={entry.sequence} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { at, observedAt } = entry;
  const differs = observedAt !== undefined && Math.abs(observedAt - at) > clockDiffersMs;
  return (
    <li className={`timeline__line timeline__line--${entry.type}`} data-testid={`timeline-${entry.type}`}>
      <span className="timeline__time">{time(at, 'seconds')}</span>
      <span>
        <strong>{t(`timelineType.${entry.type}`)}</strong>{' '}
        <span className="muted">
          <bdi>{entry.actor ?? t('detail.platform')}</bdi>
        </span>
        <br />
        <bdi>{currentLanguage() === 'en' ? entry.words.en : entry.words.zh}</bdi>
        {entry.possibleRepeat && <span className="mark">{t('possibleRepeat')}</span>}
        {differs && (
          <span className="muted"> {t('detail.observed', { time: time(observedAt, 'date') })}</span>
        )}
      </span>
    </li>
  );
}
