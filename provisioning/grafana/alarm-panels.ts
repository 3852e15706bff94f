import { kindWords } from '#contracts/facts/kind-words.ts';
import { chosenCommunity, influxTarget } from './influx-target.ts';
import { barsPanel, numberPanel, type Shown, tablePanel, wordsFor } from './panel-kinds.ts';

/** Words and colours of the four levels, worst first. */
const levelWords = {
  red: { zh: '红', en: 'red', color: 'red' },
  orange: { zh: '橙', en: 'orange', color: 'orange' },
  yellow: { zh: '黄', en: 'yellow', color: 'yellow' },
  blue: { zh: '蓝', en: 'blue', color: 'blue' },
};
const shownLevels: Record<string, Shown> = Object.fromEntries(
  Object.entries(levelWords).map(([level, { zh, en, color }]) => [level, { name: `${zh} ${en}`, color }]),
);

/** Events that warn by themselves carry a level; their end (`active` false) is not counted again. */
const alarms = `FROM "event" WHERE ${chosenCommunity} AND "level" =~ /./ AND "active" = true`;
const incidents = `FROM "incident" WHERE ${chosenCommunity} AND "drill" = false`;

/** Red alarms of the range. */
export const redAlarms = () =>
  numberPanel(
    {
      title: '红色报警',
      description: 'Red alarms of devices in the chosen time, repeats within an incident included.',
    },
    influxTarget(`SELECT count("active") AS "alarms" FROM "event"
      WHERE ${chosenCommunity} AND "level" = 'red' AND "active" = true`),
    'red',
  );

/** Incidents opened in the range. */
export const incidentsOpened = () =>
  numberPanel(
    { title: '新警情', description: 'Incidents opened in the chosen time, drills left out.' },
    influxTarget(`SELECT count("change") AS "incidents" ${incidents} AND "transition" = 'opened'`),
    'orange',
  );

/** Incidents resolved in the range. */
export const incidentsResolved = () =>
  numberPanel(
    { title: '已办结警情', description: 'Incidents resolved in the chosen time, drills left out.' },
    influxTarget(`SELECT count("change") AS "incidents" ${incidents} AND "transition" = 'resolved'`),
  );

/** Alarms over time by level. */
export const alarmsByLevel = () =>
  barsPanel(
    {
      title: '各级别报警',
      description: 'Alarms of devices over time by level: red I, orange II, yellow III, blue IV.',
    },
    [
      influxTarget(
        `SELECT count("active") AS "alarms" ${alarms} GROUP BY time($__interval), "level" fill(0)`,
        {
          alias: '$tag_level',
        },
      ),
    ],
    shownLevels,
  );

/** Alarms by kind. */
export const alarmsByKind = () =>
  tablePanel(
    { title: '各类报警', description: 'Alarms of devices in the chosen time by kind and level.' },
    influxTarget(`SELECT count("active") AS "alarms" ${alarms} GROUP BY "kind", "level"`, {
      format: 'table',
    }),
    {
      columns: {
        kind: { name: '类型', values: wordsFor(kindWords) },
        level: { name: '级别', values: wordsFor(levelWords) },
        alarms: { name: '次数' },
      },
      withTime: false,
    },
  );

/** What people did with incidents over time. */
export const incidentsHandled = () =>
  barsPanel(
    {
      title: '警情处置',
      description: 'Incidents opened, acknowledged and resolved over time, drills left out.',
    },
    [
      influxTarget(
        `SELECT count("change") AS "incidents" ${incidents} AND "transition" =~ /^(opened|acknowledged|resolved)$/
         GROUP BY time($__interval), "transition" fill(0)`,
        { alias: '$tag_transition' },
      ),
    ],
    {
      opened: { name: '新开 opened', color: 'red' },
      acknowledged: { name: '已确认 acknowledged', color: 'orange' },
      resolved: { name: '已办结 resolved', color: 'green' },
    },
  );
