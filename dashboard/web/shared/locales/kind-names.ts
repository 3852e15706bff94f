import { kindWords } from '#contracts/kind-words.ts';
import type { IncidentKind } from '#contracts/notices.ts';

/** Names of all kinds in one language, as the locale files hold them. */
export function kindNames(language: 'zh' | 'en'): Record<IncidentKind, string> {
  return Object.fromEntries(
    Object.entries(kindWords).map(([kind, words]) => [kind, words[language]]),
  ) as Record<IncidentKind, string>;
}
