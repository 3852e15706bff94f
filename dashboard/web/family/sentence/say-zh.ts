import type { DayClock } from '../../shared/time/day-clock.ts';
import type { Facts, Silence } from './facts.ts';
import { elderName, type Say, type Sentence } from './sentence.ts';

const units = { minutes: '分钟', hours: '小时', days: '天' } as const satisfies Record<
  Silence['unit'],
  string
>;
const number = new Intl.NumberFormat('zh-CN');

/** Says an elder's day in Chinese: 妈妈今天 7:12 起床，走了 3,214 步，心率 62–88，和平时差不多。 */
export const sayZh: Say = (facts, clock) => ({
  silence: silenceOf(facts),
  day: dayOf(facts, clock),
  watch: watchOf(facts, clock),
});

function silenceOf({ silence }: Facts): Sentence[] {
  if (silence === undefined) return [];
  if (silence === 'unheard') return [['手表还没有发来过消息，', elderName, '现在怎样还不知道。']];
  const howLong = silence === 'long' ? '很久' : ` ${silence.n} ${units[silence.unit]}`;
  return [[`手表${howLong}没有消息，`, elderName, '现在怎样不清楚。']];
}

function dayOf(facts: Facts, clock: DayClock): Sentence[] {
  if (facts.dayless === 'nothing-yet') return [['今天还没有', elderName, '的数据。']];
  if (facts.dayless === 'not-known') return [['现在不知道', elderName, '今天的情况。']];
  const clauses = clausesOf(facts, clock);
  if (clauses.length === 0) return [];
  const usual = facts.comparison === 'as-usual' ? '，和平时差不多' : '';
  const until = facts.until === undefined ? [] : [`到 ${clock(facts.until)} 为止，`];
  // A clause that begins with a figure is set off by a space, as print does.
  const [first = ''] = clauses;
  const space = /^\d/.test(first) ? ' ' : '';
  return [[...until, elderName, `今天${space}${clauses.join('，')}${usual}。`]];
}

function clausesOf(facts: Facts, clock: DayClock): string[] {
  const { gotUpAt, steps, usualSteps, heartRate, usualHeartRate, comparison } = facts;
  const clauses: string[] = [];
  if (gotUpAt !== undefined) clauses.push(`${clock(gotUpAt)} 起床`);
  if (steps !== undefined) {
    clauses.push(`走了 ${number.format(steps)} 步`);
    if (comparison === 'less' || comparison === 'more') {
      const usual = usualSteps === undefined ? '' : `（平时这时候 ${number.format(usualSteps)} 步）`;
      clauses.push(`比平时${comparison === 'less' ? '少' : '多'}${usual}`);
    }
  }
  if (heartRate) {
    const isCompared = usualHeartRate && comparison !== 'as-usual';
    clauses.push(`心率 ${rangeOf(heartRate)}${isCompared ? `（平时 ${rangeOf(usualHeartRate)}）` : ''}`);
  }
  return clauses;
}

function watchOf({ notWornSince, lowBattery }: Facts, clock: DayClock): Sentence[] {
  const sentences: Sentence[] = [];
  if (notWornSince !== undefined) sentences.push([`${clock(notWornSince)} 起手表没戴。`]);
  if (lowBattery !== undefined) sentences.push([`手表电量 ${lowBattery}%，该充电了。`]);
  return sentences;
}

const rangeOf = ({ minimum, maximum }: { minimum: number; maximum: number }) =>
  Math.round(minimum) === Math.round(maximum)
    ? String(Math.round(minimum))
    : `${Math.round(minimum)}–${Math.round(maximum)}`;
