import { useTranslation } from 'react-i18next';
import { changeLanguage, currentLanguage, type Language } from './i18n.ts';

const names = { 'zh-CN': 'language.zh', en: 'language.en' } as const satisfies Record<Language, string>;

/** Switches to the other language; its name stands in that language. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const other = currentLanguage() === 'en' ? 'zh-CN' : 'en';
  return (
    <button type="button" className="plain-button" lang={other} onClick={() => void changeLanguage(other)}>
      {t(names[other])}
    </button>
  );
}
