import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { ElderView } from '#contracts/elder.ts';
import { api } from '../../shared/rest/api.ts';
import { useLightAction } from '../../shared/rest/use-light-action.ts';
import { NotDone } from './called-button.tsx';

/** "Please send somebody to look": asked once more before it is sent; then it shows that it is requested. */
export function VisitButton({ view, again }: { view: ElderView; again: () => void }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [askedAt, setAskedAt] = useState<AskedAt>();
  const confirm = useRef<HTMLButtonElement>(null);
  const visit = useLightAction<object, ActionDone>(
    (body) => api.askVisit(view.id, body),
    () => {
      setAsking(false);
      setAskedAt(view.now);
      again();
    },
  );
  useEffect(() => {
    if (isAsking) confirm.current?.focus();
  }, [isAsking]);

  const isRequested = isVisitRequested(view, askedAt);
  return (
    <section className="visit" data-testid="visit" data-state={isRequested ? 'asked' : 'open'}>
      <p role="status" className={isRequested ? 'visit__asked' : undefined}>
        {isRequested && t('family.visit.asked')}
      </p>
      {!isRequested && !isAsking && (
        <button type="button" className="big-button big-button--main" onClick={() => setAsking(true)}>
          {t('family.visit.button')}
        </button>
      )}
      {!isRequested && isAsking && (
        <div className="panel">
          <h2>{t('family.visit.ask')}</h2>
          <button
            type="button"
            ref={confirm}
            className="big-button big-button--main"
            disabled={visit.isSending}
            onClick={() => visit.act({})}
          >
            {t(visit.isSending ? 'family.visit.sending' : 'family.visit.confirm')}
          </button>
          <button
            type="button"
            className="big-button"
            disabled={visit.isSending}
            onClick={() => setAsking(false)}
          >
            {t('family.visit.cancel')}
          </button>
        </div>
      )}
      <NotDone failure={visit.failure} />
    </section>
  );
}

/** When a visit was asked for on this page: the time of the view at that moment. */
type AskedAt = number | undefined;

/**
 * True while a request for a visit is open. A request made on this page counts until a newer view shows it, and
 * always where the elder shares no incidents, in which it would be shown.
 */
function isVisitRequested({ incidents, classes, now }: ElderView, askedAt: AskedAt): boolean {
  const isShown = incidents.some(
    ({ state, kind, steps }) =>
      state !== 'resolved' &&
      (kind === 'visit-request' || steps.some(({ type }) => type === 'visit-requested')),
  );
  return isShown || (askedAt !== undefined && (now <= askedAt || !classes.includes('alarms')));
}
