import { useTranslation } from 'react-i18next';
import { RequestFailed } from '../rest/request.ts';

/** Why somebody could not sign in; `empty` where account or password was left out. */
export function SignInFailure({ failure, waitSeconds }: { failure: unknown; waitSeconds: number }) {
  const { t } = useTranslation();
  if (failure === undefined) return null;
  if (failure === 'empty') return t('signIn.empty');
  if (!(failure instanceof RequestFailed)) return t('signIn.failed', { reason: String(failure) });
  if (failure.status === 429) return waitSeconds > 0 ? t('signIn.tooMany', { seconds: waitSeconds }) : null;
  if (failure.isUnanswered) return t('signIn.away');
  if (failure.status === 401) return t('signIn.wrong');
  if (failure.code === 'DASHBOARD_SESSIONS_FULL') return t('signIn.sessionsFull');
  return t('signIn.failed', { reason: failure.message });
}
