import type { ElderToday, ElderView, ElderWatch } from '#contracts/elder.ts';

/** At so much charge and below, the watch is said to need charging, in percent. */
export const lowBatteryPercent = 20;

/** How long the watch has been silent, in the one unit people say it in. */
export interface Silence {
  unit: 'minutes' | 'hours' | 'days';
  n: number;
}

/** What there is to say of an elder's day; what is absent is not known, or not shared, and is not said. */
export interface Facts {
  /** What is not known, said before all else: silence is not health. */
  silence?: Silence | 'unheard' | 'long';
  /** The last word of a silent watch: what is said of the day holds up to then. */
  until?: number;
  gotUpAt?: number;
  steps?: number;
  usualSteps?: number;
  heartRate?: { minimum: number; maximum: number };
  usualHeartRate?: { minimum: number; maximum: number };
  comparison: ElderToday['comparison'];
  /** Of a day that is shared but of which nothing can be said: there is nothing yet, or it could not be read. */
  dayless?: 'nothing-yet' | 'not-known';
  notWornSince?: number;
  lowBattery?: number;
}

/** Picks what is to be said. */
export function factsOf({ today, watch, classes, now }: ElderView): Facts {
  const { gotUpAt, steps, heartRate } = today ?? {};
  const isDayKnown = gotUpAt !== undefined || steps !== undefined || heartRate !== undefined;
  const isDayShared = classes.includes('activity') || classes.includes('vitals');
  const isSilent = watch !== undefined && watch.state !== 'live';
  return {
    ...(isSilent && { silence: silenceOf(watch, now) }),
    ...(isSilent && isDayKnown && watch.heardAt !== undefined && { until: watch.heardAt }),
    ...defined({ gotUpAt, steps, heartRate }),
    ...defined({ usualSteps: today?.usualSteps, usualHeartRate: today?.usualHeartRate }),
    comparison: isDayKnown ? (today?.comparison ?? 'unknown') : 'unknown',
    ...(isDayShared && !isDayKnown && { dayless: today ? ('nothing-yet' as const) : ('not-known' as const) }),
    ...defined({ notWornSince: watch?.notWornSince, lowBattery: lowOf(watch?.batteryPercent) }),
  };
}

function silenceOf({ state, heardAt }: ElderWatch, now: number): Silence | 'unheard' | 'long' {
  if (state === 'unheard') return 'unheard';
  if (heardAt === undefined) return 'long';
  const minutes = Math.max(1, Math.floor((now - heardAt) / 60_000));
  if (minutes < 60) return { unit: 'minutes', n: minutes };
  if (minutes < 24 * 60) return { unit: 'hours', n: Math.floor(minutes / 60) };
  return { unit: 'days', n: Math.floor(minutes / (24 * 60)) };
}

const lowOf = (percent: number | undefined) =>
  percent !== undefined && percent <= lowBatteryPercent ? percent : undefined;

/** The same object without what is undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
