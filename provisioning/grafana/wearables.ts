import { layDashboard, row } from './dashboard-frame.ts';
import { chosenDevice, influxTarget } from './influx-target.ts';
import { curvePanel, numberPanel, tablePanel, unknown, wordsFor } from './panel-kinds.ts';
import * as wearables from './wearable-panels.ts';

/** What a wearable measures of a body, and what it is called. */
const vitals = {
  'heart-rate': { zh: '心率 次/分', en: 'heart rate' },
  'oxygen-saturation': { zh: '血氧 %', en: 'oxygen saturation' },
  'body-temperature': { zh: '体温 °C', en: 'body temperature' },
  'blood-pressure-systolic': { zh: '收缩压 mmHg', en: 'systolic pressure' },
  'blood-pressure-diastolic': { zh: '舒张压 mmHg', en: 'diastolic pressure' },
};

/** 可穿戴设备: who is heard, worn and charged, and vital signs by device pseudonym. */
export const wearablesDashboard = () =>
  layDashboard({
    uid: 'shouwang-wearables',
    title: '可穿戴设备',
    description: 'Wearables: coverage, not worn, battery, and vital signs by device pseudonym.',
    variables: ['community', 'device'],
    rows: [
      row(
        4,
        wearables.wearablesHeard(),
        numberPanel(
          {
            title: '佩戴率',
            description: 'Share of wearables whose newest word in the chosen time is that they are worn.',
          },
          influxTarget(
            `SELECT mean("worn") * 100 AS "percent" FROM
        (SELECT last("value") AS "worn" FROM "reading"
         WHERE ${chosenDevice} AND "quantity" = 'worn' AND "plausible" = true GROUP BY "community", "device")`,
          ),
        )
          .unit('percent')
          .noValue(unknown),
        wearables.wearablesNotWorn(),
        wearables.batteriesLow(),
      ),
      row(
        8,
        wearables.wearablesHeardOverTime(),
        tablePanel(
          {
            title: '覆盖小时数',
            description:
              'In how many hours of the chosen time each wearable was heard; few hours are a gap in the watch.',
          },
          influxTarget(
            `SELECT count("heard") AS "hours" FROM
        (SELECT count("value") AS "heard" FROM "reading"
         WHERE ${chosenDevice} AND "quantity" = 'steps' GROUP BY time(1h), "community", "device" fill(none))
       WHERE $timeFilter GROUP BY "community", "device"`,
            { format: 'table' },
          ),
          {
            columns: { community: { name: '小区' }, device: { name: '设备' }, hours: { name: '小时' } },
            withTime: false,
          },
        ),
      ),
      row(8, wearables.notWornDevices(), wearables.lowBatteryDevices()),
      row(
        8,
        wearables.heartRateByDevice(),
        wearables
          .curveOf('oxygen-saturation', {
            title: '血氧趋势',
            description:
              'Mean oxygen saturation in percent by device pseudonym, implausible values left out.',
          })
          .unit('percent'),
      ),
      row(
        8,
        curvePanel(
          {
            title: '血压趋势',
            description:
              'Systolic and diastolic pressure in mmHg by device pseudonym, implausible values left out.',
          },
          [
            influxTarget(wearables.meanOf('blood-pressure-systolic'), {
              alias: '$tag_community $tag_device 收缩',
            }),
            influxTarget(wearables.meanOf('blood-pressure-diastolic'), {
              refId: 'B',
              alias: '$tag_community $tag_device 舒张',
            }),
          ],
          'devices',
        ).axisLabel('mmHg'),
        wearables
          .curveOf('body-temperature', {
            title: '体温趋势',
            description: 'Mean body temperature by device pseudonym, implausible values left out.',
          })
          .unit('celsius'),
      ),
      row(
        8,
        tablePanel(
          {
            title: '最新体征',
            description: 'Newest plausible vital signs by device pseudonym; of nobody by name.',
          },
          influxTarget(
            `SELECT last("value") AS "value" FROM "reading"
       WHERE ${chosenDevice} AND "plausible" = true AND "quantity" =~ /^(${Object.keys(vitals).join('|')})$/
       GROUP BY "community", "device", "quantity"`,
            { format: 'table' },
          ),
          {
            columns: {
              community: { name: '小区' },
              device: { name: '设备' },
              quantity: { name: '体征', values: wordsFor(vitals) },
              value: { name: '数值' },
            },
            withTime: true,
          },
        ),
        wearables.batteryByDevice(),
      ),
    ],
  });
