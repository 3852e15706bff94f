import { useTranslation } from 'react-i18next';
import { failureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';

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
