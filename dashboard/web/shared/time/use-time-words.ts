import { useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CommunityTimeContext, dayOf } from './community-time.tsx';
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

/**
 * A time of day of the community, with the day before it where that is not today; `date` always says the day, to the
 * second.
 */
export function useTimeOfDay(): (epochMs: number, precision?: 'minutes' | 'seconds' | 'date') => string {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const community = useContext(CommunityTimeContext);
  if (!community) throw new Error('useTimeOfDay outside of CommunityTime');
  const { timeZone, today } = community;
  return useMemo(() => {
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
    const toSeconds = { ...clock, second: '2-digit' } as const;
    const day = { month: 'short', day: 'numeric' } as const;
    const onTheDay = {
      minutes: new Intl.DateTimeFormat(language, clock),
      seconds: new Intl.DateTimeFormat(language, toSeconds),
    };
    const withDay = {
      minutes: new Intl.DateTimeFormat(language, { ...clock, ...day }),
      seconds: new Intl.DateTimeFormat(language, { ...toSeconds, ...day }),
    };
    return (epochMs, precision = 'minutes') => {
      if (precision === 'date') return withDay.seconds.format(epochMs);
      const formats = dayOf(timeZone, epochMs) === today ? onTheDay : withDay;
      return formats[precision].format(epochMs);
    };
  }, [language, timeZone, today]);
}
