import { useTranslation } from 'react-i18next';
import { RequestFailed } from '../../shared/rest/request.ts';

interface ReadFailureProps {
  failure: Error;
  again: () => void;
  /** True where nothing else is on the page. */
  isAll: boolean;
}

/** Why the elder could not be read, plainly, and a way to try again. */
export function ReadFailure({ failure, again, isAll }: ReadFailureProps) {
  const { t } = useTranslation();
  const isNotShared = failure instanceof RequestFailed && failure.status === 404;
  return (
    <section className="panel" role="alert">
      {isAll ? <h1>{t('family.failed')}</h1> : <h2>{t('family.failed')}</h2>}
      <p>{t(isNotShared ? 'family.notShared' : 'family.away')}</p>
      <button type="button" className="big-button" onClick={again}>
        {t('family.retry')}
      </button>
    </section>
  );
}
