import type { Quantity } from '#contracts/facts/quantities.ts';
import { chosenDevice, influxTarget } from './influx-target.ts';
import { barsPanel, curvePanel, numberPanel, type PanelWords, tablePanel, wordsFor } from './panel-kinds.ts';

/** Below this many percent a battery is low. */
const lowBatteryPercent = 20;

/** The newest plausible value of a quantity, one row a device. */
const newest = (quantity: string, name: string) =>
  `(SELECT last("value") AS "${name}" FROM "reading"
    WHERE ${chosenDevice} AND "quantity" = '${quantity}' AND "plausible" = true GROUP BY "community", "device")`;
/** Steps are what a watch says with every keep-alive, whether it is worn or not. */
const heard = `FROM "reading" WHERE ${chosenDevice} AND "quantity" = 'steps'`;

/** Means of a quantity over time, device by device. */
export const meanOf = (quantity: Quantity) =>
  `SELECT mean("value") AS "${quantity}" FROM "reading"
   WHERE ${chosenDevice} AND "quantity" = '${quantity}' AND "plausible" = true
   GROUP BY time($__interval), "community", "device" fill(null)`;
/** The same as a curve a device. */
export const curveOf = (quantity: Quantity, words: PanelWords) =>
  curvePanel(words, [influxTarget(meanOf(quantity), { alias: '$tag_community $tag_device' })], 'devices');

/** Wearables heard in the range. */
export const wearablesHeard = () =>
  numberPanel(
    { title: '在线手表', description: 'Wearables heard from in the chosen time.' },
    influxTarget(
      `SELECT count("heard") AS "wearables" FROM (SELECT last("value") AS "heard" ${heard} GROUP BY "community", "device")`,
    ),
  );

/** Wearables that last said they are not worn. */
export const wearablesNotWorn = () =>
  numberPanel(
    {
      title: '未佩戴',
      description: 'Wearables whose newest word in the chosen time is that they are not worn.',
    },
    influxTarget(`SELECT count("worn") AS "wearables" FROM ${newest('worn', 'worn')} WHERE "worn" = 0`),
    'orange',
  );

/** Devices whose battery is low. */
export const batteriesLow = () =>
  numberPanel(
    { title: '低电量', description: `Devices whose newest battery reading is below ${lowBatteryPercent} %.` },
    influxTarget(
      `SELECT count("battery") AS "devices" FROM ${newest('battery', 'battery')} WHERE "battery" < ${lowBatteryPercent}`,
    ),
    'yellow',
  );

/** Wearables heard in each ten minutes. */
export const wearablesHeardOverTime = () =>
  barsPanel(
    {
      title: '手表在线数',
      description: 'Wearables heard from in each ten minutes; a dip is a gateway or a network.',
    },
    [
      influxTarget(
        `SELECT count("heard") AS "wearables" FROM
          (SELECT last("value") AS "heard" ${heard} GROUP BY time(10m), "community", "device" fill(none))
         WHERE $timeFilter GROUP BY time(10m) fill(0)`,
        { alias: 'heard' },
      ),
    ],
    { heard: { zh: '在线', en: 'heard', color: 'green' } },
  );

/** Heart rate of each device. */
export const heartRateByDevice = () =>
  curveOf('heart-rate', {
    title: '心率趋势',
    description:
      'Mean heart rate per minute by device pseudonym, implausible values left out; choose devices above.',
  }).axisLabel('次/分 per minute');

/** Battery of each device. */
export const batteryByDevice = () =>
  curveOf('battery', { title: '电量趋势', description: 'Battery of each device in percent.' })
    .unit('percent')
    .min(0)
    .max(100);

/** Which wearables are not worn. */
export const notWornDevices = () =>
  tablePanel(
    { title: '未佩戴的手表', description: 'Wearables that last said they are not worn, and since when.' },
    influxTarget(`SELECT "community", "device", "worn" FROM ${newest('worn', 'worn')} WHERE "worn" = 0`, {
      format: 'table',
    }),
    {
      columns: {
        community: { name: '小区' },
        device: { name: '设备' },
        worn: { name: '佩戴', values: wordsFor({ 0: { zh: '未佩戴', en: 'not worn' } }) },
      },
      withTime: true,
    },
  );

/** Which batteries are low. */
export const lowBatteryDevices = () =>
  tablePanel(
    {
      title: '低电量设备',
      description: `Devices whose newest battery reading is below ${lowBatteryPercent} %.`,
    },
    influxTarget(
      `SELECT "community", "device", "battery" FROM ${newest('battery', 'battery')} WHERE "battery" < ${lowBatteryPercent}`,
      { format: 'table' },
    ),
    {
      columns: { community: { name: '小区' }, device: { name: '设备' }, battery: { name: '电量 %' } },
      withTime: true,
    },
  );

/** When each device last measured something. */
export const devicesLastHeard = () =>
  tablePanel(
    {
      title: '设备最近读数',
      description: 'When each device last sent a reading, and which; devices that send none are not here.',
    },
    influxTarget(
      `SELECT last("value") AS "value", "quantity" FROM "reading" WHERE ${chosenDevice} GROUP BY "community", "device"`,
      { format: 'table' },
    ),
    {
      columns: {
        community: { name: '小区' },
        device: { name: '设备' },
        quantity: { name: '读数' },
        value: { name: '数值' },
      },
      withTime: true,
    },
  );
