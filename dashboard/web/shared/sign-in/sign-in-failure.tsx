import { useTranslation } from 'react-i18next';
import { failureWords } from '../rest/failure-words.tsx';
import { RequestFailed } from '../rest/request.ts';
import { useElapsedWords } from '../time/use-time-words.ts';

/** Why somebody could not sign in; `empty` where account or password was left out. */
export function SignInFailure({ failure, waitSeconds }: { failure: unknown; waitSeconds: number }) {
  const { t } = useTranslation();
  const elapsed = useElapsedWords();
  if (failure === undefined) return null;
  if (failure === 'empty') return t('signIn.empty');
  if (!(failure instanceof RequestFailed)) return t('failure.refused');
  if (failure.status === 429) {
    return waitSeconds > 0 ? t('signIn.tooMany', { wait: elapsed(waitSeconds * 1000) }) : null;
  }
  if (failure.isUnanswered) return t('signIn.away');
  if (failure.status === 401) return t('signIn.wrong');
  if (failure.code === 'DASHBOARD_SESSIONS_FULL') return t('signIn.sessionsFull');
  return t('signIn.failed', { why: failureWords(failure) });
}
