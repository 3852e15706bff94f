import { kindWords } from '#contracts/facts/kind-words.ts';
import { layDashboard, row } from './dashboard-frame.ts';
import { chosenCommunity, chosenDevice, influxTarget } from './influx-target.ts';
import { barsPanel, numberPanel, tablePanel, wordsFor } from './panel-kinds.ts';
import { gaps, lateRecords } from './record-panels.ts';
import * as wearables from './wearable-panels.ts';

/** Words and colours of the four levels, worst first. */
const levelWords = {
  red: { zh: '红', en: 'red', color: 'red' },
  orange: { zh: '橙', en: 'orange', color: 'orange' },
  yellow: { zh: '黄', en: 'yellow', color: 'yellow' },
  blue: { zh: '蓝', en: 'blue', color: 'blue' },
};

/** Events that warn by themselves carry a level; their end (`active` false) is not counted again. */
const alarms = `FROM "event" WHERE ${chosenCommunity} AND "level" =~ /./ AND "active" = true`;
const incidents = `FROM "incident" WHERE ${chosenCommunity} AND "drill" = false`;

/** 小区总览: alarms, gates, wearables and what is missing, of one or several communities; nothing personal. */
export const communityOverview = () =>
  layDashboard({
    uid: 'shouwang-community',
    title: '小区总览',
    description: 'Community overview: alarms, incidents, gates, wearables, late and missing records.',
    variables: ['community', 'device'],
    rows: [
      row(
        4,
        numberPanel(
          {
            title: '红色报警',
            description: 'Red alarms of devices in the chosen time, repeats within an incident included.',
          },
          influxTarget(`SELECT count("active") AS "alarms" FROM "event"
      WHERE ${chosenCommunity} AND "level" = 'red' AND "active" = true`),
          'red',
        ),
        numberPanel(
          { title: '新警情', description: 'Incidents opened in the chosen time, drills left out.' },
          influxTarget(`SELECT count("change") AS "incidents" ${incidents} AND "transition" = 'opened'`),
          'orange',
        ),
        numberPanel(
          { title: '已办结警情', description: 'Incidents resolved in the chosen time, drills left out.' },
          influxTarget(`SELECT count("change") AS "incidents" ${incidents} AND "transition" = 'resolved'`),
        ),
        wearables.wearablesHeard(),
        wearables.wearablesNotWorn(),
        wearables.batteriesLow(),
      ),
      row(
        8,
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
          levelWords,
        ),
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
        ),
      ),
      row(
        8,
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
            opened: { zh: '新开', en: 'opened', color: 'red' },
            acknowledged: { zh: '已确认', en: 'acknowledged', color: 'orange' },
            resolved: { zh: '已办结', en: 'resolved', color: 'green' },
          },
        ),
        barsPanel(
          {
            title: '每小时通行',
            description: 'Passages through gates by the hour, granted and denied; who passed is not stored.',
          },
          [
            influxTarget(
              `SELECT count("active") AS "passages" FROM "event"
         WHERE ${chosenDevice} AND "kind" =~ /^access-(granted|denied)$/
         GROUP BY time(1h), "kind" fill(0)`,
              { alias: '$tag_kind' },
            ),
          ],
          {
            'access-granted': { ...kindWords['access-granted'], color: 'green' },
            'access-denied': { ...kindWords['access-denied'], color: 'orange' },
          },
        ),
      ),
      row(8, wearables.heartRateByDevice(), wearables.wearablesHeardOverTime()),
      row(7, wearables.notWornDevices(), wearables.lowBatteryDevices()),
      row(7, lateRecords(), gaps()),
    ],
  });
