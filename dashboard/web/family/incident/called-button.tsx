import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { ElderIncident, ElderView } from '#contracts/elder.ts';
import { api } from '../../shared/rest/api.ts';
import { failureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useLightAction } from '../../shared/rest/use-light-action.ts';
import { useElapsedWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/family-context.ts';

/** "I have called": noted, and where it holds the next step, for how long still. */
export function CalledButton(props: { view: ElderView; incident: ElderIncident; again: () => void }) {
  const { t } = useTranslation();
  const { view, incident, again } = props;
  const [isNoted, setNoted] = useState(false);
  const call = useLightAction<{ incident: string }, ActionDone>(
    (body) => api.called(view.id, body),
    () => {
      setNoted(true);
      again();
    },
  );
  // Who is not shared the alarms cannot have called about one.
  if (!view.classes.includes('alarms')) return null;
  return (
    <>
      <button
        type="button"
        className="big-button big-button--main"
        data-testid="called"
        disabled={call.isSending}
        onClick={() => call.act({ incident: incident.id })}
      >
        {t(call.isSending ? 'family.called.sending' : 'family.called.button')}
      </button>
      <NotDone failure={call.failure} />
      <Held heldUntil={incident.heldUntil} isNoted={isNoted} />
    </>
  );
}

function Held({ heldUntil, isNoted }: { heldUntil: number | undefined; isNoted: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const elapsed = useElapsedWords();
  const isHeld = heldUntil !== undefined && heldUntil > now;
  return (
    <>
      <p role="status">{isHeld ? t('family.called.held') : isNoted ? t('family.called.noted') : null}</p>
      {isHeld && <p aria-hidden="true">{t('family.called.left', { left: elapsed(heldUntil - now) })}</p>}
    </>
  );
}

/** Why something was not done, where it was asked; nothing while nothing failed. */
export function NotDone({ failure }: { failure: Error | undefined }) {
  const { t } = useTranslation();
  if (!failure) return null;
  const isUnanswered = failure instanceof RequestFailed && failure.isUnanswered;
  return (
    <p role="alert" className="failure">
      {isUnanswered ? t('family.notSent') : failureWords(failure)}
    </p>
  );
}
