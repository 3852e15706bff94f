import { chosenCommunity, influxTarget } from './influx-target.ts';
import { barsPanel, tablePanel, wordsFor } from './panel-kinds.ts';

const reasonWords = {
  quota: { zh: '网关空间已满', en: 'gateway full' },
  refused: { zh: '平台拒收', en: 'refused' },
  unreadable: { zh: '网关磁盘损坏', en: 'unreadable on disk' },
  restored: { zh: '平台数据曾恢复', en: 'platform restored' },
};

/** Records that came late. */
export const lateRecords = () =>
  barsPanel(
    {
      title: '迟到的记录',
      description:
        'Records by the time they speak of that reached the platform late: held over 120 s, or said to be old.',
    },
    [
      influxTarget(
        `SELECT count("active") AS "late" FROM "event" WHERE ${chosenCommunity} AND "late" = true
         GROUP BY time($__interval) fill(0)`,
        { alias: 'events' },
      ),
      influxTarget(
        `SELECT count("value") AS "late" FROM "reading" WHERE ${chosenCommunity} AND "late" = true
         GROUP BY time($__interval) fill(0)`,
        { refId: 'B', alias: 'readings' },
      ),
    ],
    {
      events: { zh: '事件', en: 'events', color: 'orange' },
      readings: { zh: '读数', en: 'readings', color: 'blue' },
    },
  );

/** Records that are gone for good. */
export const gaps = () =>
  tablePanel(
    {
      title: '缺失的记录',
      description:
        'Records that a gateway had to let go, with their number and the reason; nothing goes unsaid.',
    },
    influxTarget(
      `SELECT "community", "gateway", "lane", "to" - "from" + 1 AS "records", "reason" FROM "gap" WHERE ${chosenCommunity}`,
      { format: 'table' },
    ),
    {
      columns: {
        community: { name: '小区' },
        gateway: { name: '网关' },
        lane: { name: '通道' },
        records: { name: '条数' },
        reason: { name: '原因', values: wordsFor(reasonWords) },
      },
      withTime: true,
    },
  );
