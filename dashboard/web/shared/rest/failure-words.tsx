import { useTranslation } from 'react-i18next';
import { isTokenOver } from './acting.ts';
import { RequestFailed } from './request.ts';

/** Why something was not done, where it was asked; nothing while nothing failed. */
export function FailureWords({ failure }: { failure: Error | null | undefined }) {
  const { t } = useTranslation();
  if (!failure) return null;
  return (
    <p role="alert" className="failure">
      {wordsOf(failure, t)}
    </p>
  );
}

function wordsOf(failure: Error, t: ReturnType<typeof useTranslation>['t']): string {
  if (!(failure instanceof RequestFailed)) return t('failure.refused', { reason: failure.message });
  if (failure.isUnanswered) return t('failure.away');
  if (isTokenOver(failure)) return t('failure.pinOver');
  if (failure.status === 401) return t('failure.signedOut');
  if (failure.status === 409) return t('failure.conflict');
  return t('failure.refused', { reason: failure.message });
}
