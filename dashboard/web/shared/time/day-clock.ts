const clockOptions = { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' } as const;
const dayMs = 86_400_000;

/** Writes instants as people say them: "7:12" on the day itself, else with the day before it. */
export type DayClock = (epochMs: number) => string;

/**
 * Creates a clock for one day.
 *
 * @param dayFrom Beginning of the day in the timezone, epoch ms; instants before it, or of a later day, carry theirs.
 */
export function createDayClock(options: { language: string; timeZone: string; dayFrom: number }): DayClock {
  const { language, timeZone, dayFrom } = options;
  const clock = new Intl.DateTimeFormat(language, { ...clockOptions, timeZone });
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone });
  const timeOf = (epochMs: number) =>
    clock
      .formatToParts(epochMs)
      .map(({ type, value }) => (type === 'hour' ? String(Number(value)) : value))
      .join('');
  return (epochMs) => {
    const isSameDay = epochMs >= dayFrom && epochMs < dayFrom + dayMs;
    return isSameDay ? timeOf(epochMs) : `${day.format(epochMs)} ${timeOf(epochMs)}`;
  };
}

/** Beginning of the day of an instant in a timezone, epoch ms; days on which clocks are set count as others. */
export function startOfDay(epochMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(epochMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const sinceMidnightMs = ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1000;
  return Math.floor(epochMs / 1000) * 1000 - sinceMidnightMs;
}
