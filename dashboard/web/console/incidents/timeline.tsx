import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '#contracts/incident.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { timelineRows } from './timeline-rows.ts';

/** A device clock is shown where it is so far from the platform's, in ms. */
const clockDiffersMs = 60_000;

/** What happened, newest first: of very many lines the two ends, and what lies between when it is asked for. */
export function Timeline({ incident, entries }: { incident: string; entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const id = useId();
  const [loaded, setLoaded] = useState<ReadonlyMap<number, TimelineEntry>>(new Map());
  const [failure, setFailure] = useState<Error>();
  const known = new Map([...loaded, ...entries.map((entry) => [entry.sequence, entry] as const)]);
  const load = (after: number) =>
    api.timeline(incident, after).then(
      ({ timeline }) => {
        setFailure(undefined);
        setLoaded((before) => new Map([...before, ...timeline.map((one) => [one.sequence, one] as const)]));
      },
      (error: Error) => setFailure(error),
    );
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('detail.timeline')}</h3>
      <FailureWords failure={failure} />
      <ol className="timeline">
        {timelineRows([...known.values()]).map((row) =>
          row.type === 'line' ? (
            <TimelineLine key={row.key} entry={row.entry} />
          ) : row.type === 'more' ? (
            <FoldedLines key={`more-${row.key}`} entries={row.entries} />
          ) : (
            <li key={`hole-${row.key}`}>
              <button
                type="button"
                className="more"
                data-testid="timeline-hole"
                onClick={() => load(row.after)}
              >
                {t('detail.leftOut', { n: row.count })}
              </button>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

/** Further alarms like the one above them, with how many and from when to when; each can be looked at. */
function FoldedLines({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const [from, to] = [entries.at(-1)?.at ?? 0, entries[0]?.at ?? 0];
  return (
    <li>
      <details data-testid="timeline-folded">
        <summary>
          {t('detail.alike', { n: entries.length, from: time(from, 'seconds'), to: time(to, 'seconds') })}
        </summary>
        <ol className="timeline">
          {entries.map((entry) => (
            <TimelineLine key={entry.sequence} entry={entry} />
          ))}
        </ol>
      </details>
    </li>
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
        </span>{' '}
        {entry.saidByOther && <span className="mark">{t('saidByOther')}</span>}
        {entry.possibleRepeat && <span className="mark">{t('possibleRepeat')}</span>}
        <br />
        <bdi>{currentLanguage() === 'en' ? entry.words.en : entry.words.zh}</bdi>
        {differs && (
          <span className="muted"> {t('detail.observed', { time: time(observedAt, 'date') })}</span>
        )}
      </span>
    </li>
  );
}
