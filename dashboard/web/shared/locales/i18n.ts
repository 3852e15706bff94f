import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { consoleZhCN } from '../../console/locales/zh-CN.ts';
import type { familyZhCN } from '../../family/locales/zh-CN.ts';
import type { responderZhCN } from '../../responder/locales/zh-CN.ts';
import { en } from './en.ts';
import { isolate } from './isolate.ts';
import { zhCN } from './zh-CN.ts';

/** Languages of the pages; the first is the default. */
export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'shouwang.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    /** Those of every page: a test keeps a page to its own and the shared ones. Refusals are looked up by their code. */
    resources: {
      translation: Omit<typeof zhCN, 'refusal'> &
        Omit<typeof consoleZhCN, 'actRefusal'> &
        Omit<typeof responderZhCN, 'actRefusal'> &
        typeof familyZhCN;
    };
  }
}

/** Words of one page, nested, in every language. */
export type PageWords = Record<Language, { title: string }>;

/**
 * Starts the shared words and those of a page in the language chosen last on this machine; keeps `<html lang>` and
 * the title true.
 */
export async function startI18n(storage: Storage, page: PageWords): Promise<void> {
  const chosen = languages.find((language) => language === storage.getItem(storageKey));
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
    document.title = i18next.t('title');
    storage.setItem(storageKey, language);
  });
  await i18next.use(initReactI18next).init({
    lng: chosen ?? languages[0],
    fallbackLng: languages[0],
    resources: {
      'zh-CN': { translation: { ...zhCN, ...page['zh-CN'] } },
      en: { translation: { ...en, ...page.en } },
    },
    // React escapes what HTML would take for its own; a name must not turn its sentence either.
    interpolation: { escapeValue: true, escape: isolate },
  });
}

/** The language in use. */
export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'zh-CN';
}

/** Changes the language of the page. */
export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
}
