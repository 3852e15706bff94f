import { kindWords } from '#contracts/facts/kind-words.ts';
import { chosenDevice, influxTarget } from './influx-target.ts';
import { barsPanel } from './panel-kinds.ts';

const named = (kind: 'access-granted' | 'access-denied') => `${kindWords[kind].zh} ${kindWords[kind].en}`;

/** Passages through gates by the hour. */
export const passagesByHour = () =>
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
      'access-granted': { name: named('access-granted'), color: 'green' },
      'access-denied': { name: named('access-denied'), color: 'orange' },
    },
  );
