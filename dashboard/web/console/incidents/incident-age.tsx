import { useTranslation } from 'react-i18next';
import { useElapsedWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';

/** How long ago something began, counting up by the platform's clock. */
export function IncidentAge({ since }: { since: number }) {
  const { t } = useTranslation();
  const elapsed = useElapsedWords();
  return <span className="incident__age">{t('incidents.age', { age: elapsed(useNow() - since) })}</span>;
}
