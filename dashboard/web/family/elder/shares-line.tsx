import { useTranslation } from 'react-i18next';
import { type DataClass, dataClasses } from '#contracts/facts/roles.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';

/** What the elder shares with this relative, and that it is theirs to decide. */
export function SharesLine({ classes }: { classes: readonly DataClass[] }) {
  const { t } = useTranslation();
  const words = dataClasses
    .filter((one) => classes.includes(one))
    .map((one) => t(`family.shares.classes.${one}`));
  if (words.length === 0) return <p>{t('family.shares.nothing')}</p>;
  const list = words.join(currentLanguage() === 'en' ? '; ' : '；');
  return <p data-testid="shares">{t('family.shares.line', { classes: list })}</p>;
}
