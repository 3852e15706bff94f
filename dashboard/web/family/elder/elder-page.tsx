import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ElderView } from '#contracts/elder.ts';
import { type DataClass, dataClasses } from '#contracts/facts/roles.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';
import { api } from '../../shared/rest/api.ts';
import { RequestFailed } from '../../shared/rest/request.ts';
import { createDayClock, startOfDay } from '../../shared/time/day-clock.ts';
import { ElderIncidentSection } from '../incident/elder-incident-section.tsx';
import { VisitButton } from '../incident/visit-button.tsx';
import { useFamily } from '../page/family-context.ts';
import { ReadFailure } from './read-failure.tsx';
import { TodaySection } from './today-section.tsx';
import { useFresh } from './use-fresh.ts';

/** "Is mum all right?": what is going on first, then the day, then what a relative can do. */
export function ElderPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const read = useCallback(() => api.elder(id), [id]);
  const { value: view, readAt, failure, again } = useFresh(read);
  const clock = useElderClock(view?.now ?? 0);
  // What is no longer shared must not stay on the screen.
  const isWithdrawn = failure instanceof RequestFailed && failure.status === 404;
  if (!view || isWithdrawn) {
    if (failure) return <ReadFailure failure={failure} again={again} isAll />;
    return <h1>{t('family.loading')}</h1>;
  }
  const open = view.incidents.filter(({ state }) => state !== 'resolved');
  const closed = view.incidents.filter(({ state }) => state === 'resolved');

  return (
    <>
      <ElderHeading view={view} />
      {failure && <ReadFailure failure={failure} again={again} isAll={false} />}
      {open.map((incident) => (
        <ElderIncidentSection key={incident.id} view={view} incident={incident} clock={clock} again={again} />
      ))}
      <TodaySection view={view} clock={clock} />
      {readAt !== undefined && <p className="muted">{t('family.readAt', { time: clock(readAt) })}</p>}
      <VisitButton view={view} again={again} />
      {view.deskPhone && (
        <CallLink
          number={view.deskPhone}
          words={t('family.desk', { number: view.deskPhone })}
          isMain={false}
        />
      )}
      {closed.map((incident) => (
        <ElderIncidentSection key={incident.id} view={view} incident={incident} clock={clock} again={again} />
      ))}
      <SharesLine classes={view.classes} />
    </>
  );
}

function ElderHeading({ view }: { view: ElderView }) {
  return (
    <div>
      <h1 className="elder__name">
        <bdi>{view.name}</bdi>
      </h1>
      <p>
        <bdi>{view.place}</bdi>
      </p>
    </div>
  );
}

/** Times of day by the community's timezone, of the day the elder was read on. */
function useElderClock(now: number) {
  const { timezone } = useFamily().session.community;
  return createDayClock({
    language: currentLanguage(),
    timeZone: timezone,
    dayFrom: startOfDay(now, timezone),
  });
}

/** What the elder shares with this relative, and that it is theirs to decide. */
function SharesLine({ classes }: { classes: readonly DataClass[] }) {
  const { t } = useTranslation();
  const words = dataClasses
    .filter((one) => classes.includes(one))
    .map((one) => t(`family.shares.classes.${one}`));
  if (words.length === 0) return <p>{t('family.shares.nothing')}</p>;
  const list = words.join(currentLanguage() === 'en' ? '; ' : '；');
  return <p data-testid="shares">{t('family.shares.line', { classes: list })}</p>;
}
