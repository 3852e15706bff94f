import { kindWords } from '#contracts/facts/kind-words.ts';
import { layDashboard, row } from './dashboard-frame.ts';
import { chosenBuilding, influxTarget } from './influx-target.ts';
import {
  barsPanel,
  hourlyPanel,
  nameGroups,
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
  acknowledged: { zh: '确认', en: 'acknowledged', color: 'blue' },
  accepted: { zh: '接警', en: 'accepted', color: 'orange' },
  'on-scene': { zh: '到场', en: 'on the scene', color: 'green' },
} satisfies Record<string, Shown>;
const responded = `"transition" =~ /^(acknowledged|accepted|on-scene)$/`;
const responseWords = wordsFor(responses);

const timeTo = (transition: keyof typeof responses, words: PanelWords) =>
  numberPanel(
    words,
    influxTarget(
      `SELECT median("response_ms") / 1000 AS "seconds" ${incidents} AND "transition" = '${transition}'`,
    ),
  )
    .unit('s')
    .noValue(unknown);

/** 应急响应: how soon people saw, accepted and arrived, and how many alarms were false; of nobody by name. */
export const emergencyResponse = () =>
  layDashboard({
    uid: 'shouwang-emergency',
    title: '应急响应',
    description:
      'Emergency response: time to acknowledge, accept and arrive, and false alarms, by building and hour.',
    variables: ['community', 'building'],
    rows: [
      row(
        4,
        timeTo('acknowledged', {
          title: '确认用时',
          description: 'Median time from the alarm that asked for attention to its acknowledgement.',
        }),
        timeTo('accepted', {
          title: '接警用时',
          description: 'Median time from the opening of an incident to the first responder who accepted.',
        }),
        timeTo('on-scene', {
          title: '到场用时',
          description: 'Median time from the opening of an incident to the first responder on the scene.',
        }),
        numberPanel(
          {
            title: '误报率',
            description:
              'False alarms among incidents resolved as real or false; tests and drills are left out.',
          },
          influxTarget(`SELECT mean("false_alarm") * 100 AS "percent" ${judged}`),
        )
          .unit('percent')
          .noValue(unknown),
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
        ),
        numberPanel(
          {
            title: '升级次数',
            description: 'Times that an incident was brought to further people or told again.',
          },
          influxTarget(`SELECT count("change") AS "escalations" ${incidents} AND "transition" = 'escalated'`),
          'orange',
        ),
      ),
      row(
        8,
        nameGroups(
          hourlyPanel(
            {
              title: '每小时响应用时',
              description: 'Median time people took in each hour, by what they did.',
            },
            [
              influxTarget(
                `SELECT median("response_ms") / 1000 AS "seconds" ${incidents} AND ${responded}
       GROUP BY time(1h), "transition" fill(null)`,
                { alias: '$tag_transition' },
              ),
            ],
          ).unit('s'),
          responses,
        ),
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
          .max(100),
      ),
      row(
        8,
        tablePanel(
          {
            title: '各楼栋响应用时',
            description:
              'How long people took by building, in seconds: the median, nine of ten, and how often.',
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
        ),
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
        ),
      ),
      row(
        8,
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
        ),
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
        ),
      ),
    ],
  });
