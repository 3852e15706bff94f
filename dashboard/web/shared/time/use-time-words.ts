import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ageOf, elapsedOf } from './spans.ts';

/** "3 minutes ago" in the language in use. */
export function useAgeWords(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const { unit, n } = ageOf(ms);
    return t(`age.${unit}`, { n });
  };
}

/** "2 min 15 s" in the language in use. */
export function useElapsedWords(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const { unit, ...parts } = elapsedOf(ms);
    return t(`elapsed.${unit}`, parts);
  };
}

/** A time of day in a timezone, the machine's own by default; `date` puts the day before it. */
export function useTimeOfDay(
  timeZone?: string,
): (epochMs: number, precision?: 'minutes' | 'seconds' | 'date') => string {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
    const formats = {
      minutes: new Intl.DateTimeFormat(language, clock),
      seconds: new Intl.DateTimeFormat(language, { ...clock, second: '2-digit' }),
      date: new Intl.DateTimeFormat(language, {
        ...clock,
        month: 'numeric',
        day: 'numeric',
        second: '2-digit',
      }),
    };
    return (epochMs, precision = 'minutes') => formats[precision].format(epochMs);
  }, [language, timeZone]);
}
