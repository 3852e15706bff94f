import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';

/** Names of all kinds in one language, as the locale files hold them. */
export function kindNames(language: 'zh' | 'en'): Record<IncidentKind, string> {
  return Object.fromEntries(
    Object.entries(kindWords).map(([kind, words]) => [kind, words[language]]),
  ) as Record<IncidentKind, string>;
}
