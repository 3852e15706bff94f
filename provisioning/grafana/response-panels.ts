import { kindWords } from '#contracts/facts/kind-words.ts';
import { chosenBuilding, influxTarget } from './influx-target.ts';
import {
  barsPanel,
  hourlyPanel,
  numberPanel,
  type PanelWords,
  type Shown,
  tablePanel,
  unknown,
  wordsFor,
} from './panel-kinds.ts';

const incidents = `FROM "incident" WHERE ${chosenBuilding} AND "drill" = false`;
/** Only what a person resolved as real or false; tests and drills say nothing of alarms. */
const judged = `${incidents} AND "transition" = 'resolved'`;

/** What people did, in the order they do it. */
const responses = {
  acknowledged: { name: '确认 acknowledged', color: 'blue' },
  accepted: { name: '接警 accepted', color: 'orange' },
  'on-scene': { name: '到场 on the scene', color: 'green' },
} satisfies Record<string, Shown>;
const responded = `"transition" =~ /^(acknowledged|accepted|on-scene)$/`;
const responseWords = wordsFor({
  acknowledged: { zh: '确认', en: 'acknowledged' },
  accepted: { zh: '接警', en: 'accepted' },
  'on-scene': { zh: '到场', en: 'on the scene' },
});

const timeTo = (transition: keyof typeof responses, words: PanelWords) =>
  numberPanel(
    words,
    influxTarget(
      `SELECT median("response_ms") / 1000 AS "seconds" ${incidents} AND "transition" = '${transition}'`,
    ),
  )
    .unit('s')
    .noValue(unknown);

/** Median time from an alarm's attention to somebody's acknowledgement. */
export const timeToAcknowledge = () =>
  timeTo('acknowledged', {
    title: '确认用时',
    description: 'Median time from the alarm that asked for attention to its acknowledgement.',
  });

/** Median time from opening to the first responder's acceptance. */
export const timeToAccept = () =>
  timeTo('accepted', {
    title: '接警用时',
    description: 'Median time from the opening of an incident to the first responder who accepted.',
  });

/** Median time from opening to the first responder on the scene. */
export const timeToArrive = () =>
  timeTo('on-scene', {
    title: '到场用时',
    description: 'Median time from the opening of an incident to the first responder on the scene.',
  });

/** Share of false alarms among what was resolved as real or false. */
export const falseAlarmRate = () =>
  numberPanel(
    {
      title: '误报率',
      description: 'False alarms among incidents resolved as real or false; tests and drills are left out.',
    },
    influxTarget(`SELECT mean("false_alarm") * 100 AS "percent" ${judged}`),
  )
    .unit('percent')
    .noValue(unknown);

/**
 * Times that everybody was told and nobody answered, as often as it happened, and that nobody watched the wall. Before it
 * was a state of the incident, nobody reached was an incident of its own.
 */
export const nobodyAnswered = () =>
  numberPanel(
    {
      title: '无人应答',
      description: 'Times that nobody could be reached, or that nobody watched the wall.',
    },
    influxTarget(
      `SELECT count("change") AS "incidents" ${incidents} AND ("transition" = 'unanswered'
       OR ("transition" = 'opened' AND "kind" =~ /^nobody-(reached|at-wall)$/))`,
    ),
    'red',
  );

/** Times that an incident had to be brought to further people. */
export const escalations = () =>
  numberPanel(
    { title: '升级次数', description: 'Times that an incident was brought to further people or told again.' },
    influxTarget(`SELECT count("change") AS "escalations" ${incidents} AND "transition" = 'escalated'`),
    'orange',
  );

/** How long people took in each building. */
export const responsesByBuilding = () =>
  tablePanel(
    {
      title: '各楼栋响应用时',
      description: 'How long people took by building, in seconds: the median, nine of ten, and how often.',
    },
    influxTarget(
      `SELECT median("response_ms") / 1000 AS "median", percentile("response_ms", 90) / 1000 AS "most",
         count("response_ms") AS "responses" ${incidents} AND ${responded} GROUP BY "community", "building", "transition"`,
      { format: 'table' },
    ),
    {
      columns: {
        community: { name: '小区' },
        building: { name: '楼栋' },
        transition: { name: '步骤', values: responseWords },
        median: { name: '中位数 秒' },
        most: { name: '九成以内 秒' },
        responses: { name: '次数' },
      },
      withTime: false,
    },
  );

/** How long people took for each kind of incident. */
export const responsesByKind = () =>
  tablePanel(
    {
      title: '各类警情响应用时',
      description: 'How long people took by kind of incident, in seconds: the median, and how often.',
    },
    influxTarget(
      `SELECT median("response_ms") / 1000 AS "median", count("response_ms") AS "responses"
       ${incidents} AND ${responded} GROUP BY "kind", "transition"`,
      { format: 'table' },
    ),
    {
      columns: {
        kind: { name: '类型', values: wordsFor(kindWords) },
        transition: { name: '步骤', values: responseWords },
        median: { name: '中位数 秒' },
        responses: { name: '次数' },
      },
      withTime: false,
    },
  );

/** False alarms of each building and kind. */
export const falseAlarmsByBuilding = () =>
  tablePanel(
    {
      title: '各楼栋误报率',
      description: 'Share of false alarms in percent by building and kind, among incidents resolved.',
    },
    influxTarget(
      `SELECT mean("false_alarm") * 100 AS "percent", count("false_alarm") AS "resolved" ${judged}
       GROUP BY "community", "building", "kind"`,
      { format: 'table' },
    ),
    {
      columns: {
        community: { name: '小区' },
        building: { name: '楼栋' },
        kind: { name: '类型', values: wordsFor(kindWords) },
        percent: { name: '误报 %' },
        resolved: { name: '已办结' },
      },
      withTime: false,
    },
  );

/** How long people took, hour by hour. */
export const responsesByHour = () =>
  hourlyPanel(
    { title: '每小时响应用时', description: 'Median time people took in each hour, by what they did.' },
    [
      influxTarget(
        `SELECT median("response_ms") / 1000 AS "seconds" ${incidents} AND ${responded}
       GROUP BY time(1h), "transition" fill(null)`,
        { alias: '$tag_transition' },
      ),
    ],
  )
    .unit('s')
    .overrideByName('acknowledged', shownAs(responses.acknowledged))
    .overrideByName('accepted', shownAs(responses.accepted))
    .overrideByName('on-scene', shownAs(responses['on-scene']));

/** False alarms, hour by hour and building by building. */
export const falseAlarmsByHour = () =>
  hourlyPanel(
    {
      title: '每小时误报率',
      description: 'Share of false alarms among incidents resolved in each hour, by building.',
    },
    [
      influxTarget(
        `SELECT mean("false_alarm") * 100 AS "percent" ${judged} GROUP BY time(1h), "community", "building" fill(null)`,
        { alias: '$tag_community $tag_building' },
      ),
    ],
  )
    .unit('percent')
    .min(0)
    .max(100);

/** Incidents opened, hour by hour and building by building. */
export const incidentsByHour = () =>
  barsPanel(
    { title: '每小时新警情', description: 'Incidents opened in each hour, by building.' },
    [
      influxTarget(
        `SELECT count("change") AS "incidents" ${incidents} AND "transition" = 'opened'
         GROUP BY time(1h), "community", "building" fill(0)`,
        { alias: '$tag_community $tag_building' },
      ),
    ],
    {},
  );

function shownAs({ name, color }: { name: string; color: string }) {
  return [
    { id: 'displayName', value: name },
    { id: 'color', value: { mode: 'fixed', fixedColor: color } },
  ];
}
