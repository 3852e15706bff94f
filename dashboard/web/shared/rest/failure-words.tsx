import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { isTokenOver } from './acting.ts';
import { RequestFailed } from './request.ts';

/** Why something was not done, where it was asked; nothing while nothing failed. */
export function FailureWords({ failure }: { failure: Error | null | undefined }) {
  useTranslation();
  if (!failure) return null;
  return (
    <p role="alert" className="failure">
      {failureWords(failure)}
    </p>
  );
}

/** Why something was not done, in words that say what to do: never the server's own, which are for its log. */
export function failureWords(failure: Error): string {
  const { t } = i18next;
  if (!(failure instanceof RequestFailed)) return t('failure.refused');
  const told = refusalWords(failure.code);
  if (told !== undefined) return told;
  if (failure.isUnanswered) return t('failure.away');
  if (isTokenOver(failure)) return t('failure.pinOver');
  if (failure.status === 401) return t('failure.signedOut');
  if (failure.status === 409) return t('failure.conflict');
  return t('failure.refused');
}

/** Words of a refusal by its code, those of every page first; undefined where it has none. */
function refusalWords(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  const wordsAt = (key: string): string | undefined =>
    i18next.getResource(i18next.language, 'translation', key);
  return wordsAt(`refusal.${code}`) ?? wordsAt(`actRefusal.${code}`);
}
