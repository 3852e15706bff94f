import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ElderToday, ElderView, ElderWatch } from '#contracts/elder.ts';
import { dataClasses } from '#contracts/facts/roles.ts';
import { createDayClock } from '../../shared/time/day-clock.ts';
import { factsOf } from './facts.ts';
import { sayEn } from './say-en.ts';
import { sayZh } from './say-zh.ts';
import { textOf } from './sentence.ts';

const at = (time: string) => Date.parse(`2026-11-25T${time}:00+08:00`);
const dayFrom = at('00:00');
const now = at('15:00');
const minuteMs = 60_000;

function exampleView(change: Partial<ElderView> = {}): ElderView {
  return {
    id: 'r7',
    name: '妈妈',
    place: '1栋1单元801',
    now,
    classes: ['alarms', 'activity', 'vitals'],
    watch: { state: 'live', heardAt: now },
    incidents: [],
    ...change,
  };
}
const today = (change: Partial<ElderToday> = {}): ElderToday => ({
  from: dayFrom,
  comparison: 'unknown',
  ...change,
});
const watch = (change: Partial<ElderWatch> = {}): ElderWatch => ({ state: 'live', heardAt: now, ...change });
const whole = today({
  gotUpAt: at('07:12'),
  steps: 3214,
  usualSteps: 3100,
  heartRate: { minimum: 62, maximum: 88 },
  usualHeartRate: { minimum: 60, maximum: 90 },
  comparison: 'as-usual',
});

function said(view: ElderView) {
  const of = (say: typeof sayZh, language: string, name: string) => {
    const clock = createDayClock({ language, timeZone: 'Asia/Shanghai', dayFrom });
    const { silence, day, watch } = say(factsOf(view), clock);
    return [...silence, ...day, ...watch].map((sentence) => textOf(sentence, name));
  };
  return { zh: of(sayZh, 'zh-CN', '妈妈'), en: of(sayEn, 'en', 'Mum') };
}

test.each<[string, Partial<ElderView>, string[], string[]]>([
  [
    'a whole day as usual',
    { today: whole },
    ['妈妈今天 7:12 起床，走了 3,214 步，心率 62–88，和平时差不多。'],
    ['Mum got up at 7:12 today, walked 3,214 steps and had a heart rate of 62–88, much as usual.'],
  ],
  [
    'fewer steps than usual',
    { today: { ...whole, steps: 1200, usualSteps: 3000, comparison: 'less' } },
    ['妈妈今天 7:12 起床，走了 1,200 步，比平时少（平时这时候 3,000 步），心率 62–88（平时 60–90）。'],
    [
      'Mum got up at 7:12 today, walked 1,200 steps (fewer than usual: 3,000 by this time) and had a heart rate of 62–88 (usually 60–90).',
    ],
  ],
  [
    'more steps than usual, how many is not known',
    { today: today({ steps: 8000, comparison: 'more' }) },
    ['妈妈今天走了 8,000 步，比平时多。'],
    ['Mum walked 8,000 steps today (more than usual).'],
  ],
  [
    'too few days to compare with',
    { today: today({ gotUpAt: at('07:12'), steps: 1, usualSteps: 5 }) },
    ['妈妈今天 7:12 起床，走了 1 步。'],
    ['Mum got up at 7:12 today and walked 1 step.'],
  ],
  ['no step yet', { today: today({ steps: 0 }) }, ['妈妈今天走了 0 步。'], ['Mum walked 0 steps today.']],
  [
    'got up, no more',
    { today: today({ gotUpAt: at('05:03'), comparison: 'as-usual' }) },
    ['妈妈今天 5:03 起床，和平时差不多。'],
    ['Mum got up at 5:03 today, much as usual.'],
  ],
  [
    'the heart rate alone is shared',
    { classes: ['vitals'], today: today({ heartRate: { minimum: 71.6, maximum: 72.4 } }) },
    ['妈妈今天心率 72。'],
    ['Mum had a heart rate of 72 today.'],
  ],
  [
    'the heart rate alone, with what is usual',
    {
      today: today({ heartRate: { minimum: 62, maximum: 88 }, usualHeartRate: { minimum: 60, maximum: 90 } }),
    },
    ['妈妈今天心率 62–88（平时 60–90）。'],
    ['Mum had a heart rate of 62–88 today (usually 60–90).'],
  ],
  [
    'the watch is not worn',
    { today: whole, watch: watch({ notWornSince: at('09:40') }) },
    ['妈妈今天 7:12 起床，走了 3,214 步，心率 62–88，和平时差不多。', '9:40 起手表没戴。'],
    [
      'Mum got up at 7:12 today, walked 3,214 steps and had a heart rate of 62–88, much as usual.',
      'The watch has not been worn since 9:40.',
    ],
  ],
  [
    'the watch has not been worn since the day before, and is low',
    {
      today: today({ steps: 12 }),
      watch: watch({ notWornSince: at('00:00') - 140 * minuteMs, batteryPercent: 15 }),
    },
    ['妈妈今天走了 12 步。', '11月24日 21:40 起手表没戴。', '手表电量 15%，该充电了。'],
    [
      'Mum walked 12 steps today.',
      'The watch has not been worn since Nov 24 21:40.',
      'The watch has 15% of its charge left and needs charging.',
    ],
  ],
  [
    'the watch has been silent for hours: said first, and the day holds up to then',
    { today: today({ steps: 900 }), watch: watch({ state: 'stale', heardAt: at('11:50') }) },
    ['手表 3 小时没有消息，妈妈现在怎样不清楚。', '到 11:50 为止，妈妈今天走了 900 步。'],
    [
      'Nothing from the watch for 3 hours: how Mum is now is not known.',
      'Up to 11:50, Mum walked 900 steps today.',
    ],
  ],
  [
    'silent for minutes, with nothing of the day',
    { today: today(), watch: watch({ state: 'stale', heardAt: now - 25 * minuteMs }) },
    ['手表 25 分钟没有消息，妈妈现在怎样不清楚。', '今天还没有妈妈的数据。'],
    [
      'Nothing from the watch for 25 minutes: how Mum is now is not known.',
      'There is nothing of Mum for today yet.',
    ],
  ],
  [
    'silent for a day',
    { watch: watch({ state: 'stale', heardAt: now - 24 * 60 * minuteMs }) },
    ['手表 1 天没有消息，妈妈现在怎样不清楚。', '现在不知道妈妈今天的情况。'],
    [
      'Nothing from the watch for 1 day: how Mum is now is not known.',
      'How the day of Mum has been is not known now.',
    ],
  ],
  [
    'silent, for how long is not known',
    { classes: ['alarms'], watch: { state: 'stale' } },
    ['手表很久没有消息，妈妈现在怎样不清楚。'],
    ['Nothing from the watch for a long time: how Mum is now is not known.'],
  ],
  [
    'never heard',
    { watch: { state: 'unheard' } },
    ['手表还没有发来过消息，妈妈现在怎样还不知道。', '现在不知道妈妈今天的情况。'],
    [
      'The watch has never sent anything: how Mum is now is not known.',
      'How the day of Mum has been is not known now.',
    ],
  ],
  ['alarms alone are shared', { classes: ['alarms'], watch: undefined }, [], []],
])('%s', (_name, change, zh, en) => {
  expect(said(exampleView(change))).toEqual({ zh, en });
});

const bpm = fc.integer({ min: 30, max: 200 });
const range = fc.tuple(bpm, bpm).map(([a, b]) => ({ minimum: Math.min(a, b), maximum: Math.max(a, b) }));
const anyToday = fc.record(
  {
    from: fc.constant(dayFrom),
    comparison: fc.constantFrom('as-usual', 'less', 'more', 'unknown'),
    gotUpAt: fc.integer({ min: at('04:00'), max: now }),
    steps: fc.nat(60_000),
    usualSteps: fc.nat(60_000),
    heartRate: range,
    usualHeartRate: range,
  },
  { requiredKeys: ['from', 'comparison'] },
) as fc.Arbitrary<ElderToday>;
const anyWatch = fc.record(
  {
    state: fc.constantFrom('live', 'stale', 'unheard'),
    heardAt: fc.integer({ min: dayFrom - 1e9, max: now }),
    notWornSince: fc.integer({ min: dayFrom - 1e9, max: now }),
    batteryPercent: fc.nat(100),
  },
  { requiredKeys: ['state'] },
) as fc.Arbitrary<ElderWatch>;

test('whatever is known, every sentence is whole, and a silent watch is said first', () => {
  fc.assert(
    fc.property(
      fc.option(anyToday, { nil: undefined }),
      fc.option(anyWatch, { nil: undefined }),
      fc.subarray([...dataClasses]),
      (todayOrNot, watchOrNot, classes) => {
        const { zh, en } = said(exampleView({ today: todayOrNot, watch: watchOrNot, classes }));
        for (const sentence of zh) {
          expect(sentence).toMatch(/^[^，。\s].*[^，。\s]。$/);
          expect(sentence).not.toMatch(/undefined|NaN|，，|，。| {2}|（）/);
        }
        for (const sentence of en) {
          expect(sentence).toMatch(/^[A-Z].*[^,.\s]\.$/);
          expect(sentence).not.toMatch(/undefined|NaN|,,|,\.| {2}|\(\)/);
        }
        expect(zh).toHaveLength(en.length);
        if (watchOrNot && watchOrNot.state !== 'live') expect(zh[0]).toContain('没有');
      },
    ),
  );
});
