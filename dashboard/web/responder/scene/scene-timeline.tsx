import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '#contracts/incident.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';

/** Lines drawn on a phone; the earlier ones stay with the platform. */
const maxLines = 50;

/** What happened, newest first. */
export function SceneTimeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const newestFirst = [...entries].sort((a, b) => b.sequence - a.sequence).slice(0, maxLines);
  return (
    <section className="panel">
      <h3>{t('responder.scene.timeline')}</h3>
      <ol className="lines">
        {newestFirst.map(({ sequence, at, type, actor, words, possibleRepeat }) => (
          <li key={sequence} data-testid={`timeline-${type}`}>
            <strong>
              {time(at, 'seconds')} {t(`timelineType.${type}`)}
            </strong>
            <br />
            <bdi>{currentLanguage() === 'en' ? words.en : words.zh}</bdi>
            {possibleRepeat && <span className="muted"> · {t('possibleRepeat')}</span>}
            {actor && !words.zh.includes(actor) && <bdi className="muted"> · {actor}</bdi>}
          </li>
        ))}
      </ol>
    </section>
  );
}
