import type { DayClock } from '../../shared/time/day-clock.ts';
import type { Facts, Silence } from './facts.ts';
import { elderName, type Say, type Sentence } from './sentence.ts';

const units = { minutes: 'minute', hours: 'hour', days: 'day' } as const satisfies Record<
  Silence['unit'],
  string
>;
const number = new Intl.NumberFormat('en');
const counted = (n: number, noun: string) => `${number.format(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Says an elder's day in English: Mum got up at 7:12 today and walked 3,214 steps, much as usual. */
export const sayEn: Say = (facts, clock) => ({
  silence: silenceOf(facts),
  day: dayOf(facts, clock),
  watch: watchOf(facts, clock),
});

function silenceOf({ silence }: Facts): Sentence[] {
  if (silence === undefined) return [];
  if (silence === 'unheard')
    return [['The watch has never sent anything: how ', elderName, ' is now is not known.']];
  const howLong = silence === 'long' ? 'a long time' : counted(silence.n, units[silence.unit]);
  return [[`Nothing from the watch for ${howLong}: how `, elderName, ' is now is not known.']];
}

function dayOf(facts: Facts, clock: DayClock): Sentence[] {
  if (facts.dayless === 'nothing-yet') return [['There is nothing of ', elderName, ' for today yet.']];
  if (facts.dayless === 'not-known') return [['How the day of ', elderName, ' has been is not known now.']];
  const [first, ...rest] = clausesOf(facts, clock);
  if (first === undefined) return [];
  const until = facts.until === undefined ? [] : [`Up to ${clock(facts.until)}, `];
  const last = rest.pop();
  const more = `${rest.map((clause) => `, ${clause}`).join('')}${last === undefined ? '' : ` and ${last}`}`;
  const usual = facts.comparison === 'as-usual' ? ', much as usual' : '';
  return [
    [
      ...until,
      elderName,
      ` ${first.replace(' (', ' today (')}${first.includes(' (') ? '' : ' today'}${more}${usual}.`,
    ],
  ];
}

function clausesOf(facts: Facts, clock: DayClock): string[] {
  const { gotUpAt, steps, usualSteps, heartRate, usualHeartRate, comparison } = facts;
  const clauses: string[] = [];
  if (gotUpAt !== undefined) clauses.push(`got up at ${clock(gotUpAt)}`);
  if (steps !== undefined) {
    const isCompared = comparison === 'less' || comparison === 'more';
    const usual = usualSteps === undefined ? '' : `: ${number.format(usualSteps)} by this time`;
    const compared = isCompared ? ` (${comparison === 'less' ? 'fewer' : 'more'} than usual${usual})` : '';
    clauses.push(`walked ${counted(steps, 'step')}${compared}`);
  }
  if (heartRate) {
    const isCompared = usualHeartRate && comparison !== 'as-usual';
    const usual = isCompared ? ` (usually ${rangeOf(usualHeartRate)})` : '';
    clauses.push(`had a heart rate of ${rangeOf(heartRate)}${usual}`);
  }
  return clauses;
}

function watchOf({ notWornSince, lowBattery }: Facts, clock: DayClock): Sentence[] {
  const sentences: Sentence[] = [];
  if (notWornSince !== undefined)
    sentences.push([`The watch has not been worn since ${clock(notWornSince)}.`]);
  if (lowBattery !== undefined)
    sentences.push([`The watch has ${lowBattery}% of its charge left and needs charging.`]);
  return sentences;
}

const rangeOf = ({ minimum, maximum }: { minimum: number; maximum: number }) =>
  Math.round(minimum) === Math.round(maximum)
    ? String(Math.round(minimum))
    : `${Math.round(minimum)}–${Math.round(maximum)}`;
