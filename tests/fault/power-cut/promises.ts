import { join, resolve } from 'node:path';
import { doubledOf, journalledIn, keptIn, missingOf, type Promised } from './power-cut-run.ts';
import { road } from './road-promise.ts';

const here = import.meta.dirname;

/** What of the platform answers or acknowledges: the gateway its devices, ingest its gateways, dispatch its people. */
export const promises: readonly Promised[] = [
  {
    name: 'outbox: every alarm that was answered',
    file: resolve(here, '../../../edge/testing/outbox-child.ts'),
    ignored: ['alarm.reserve'],
    broken: (folder, said) => {
      const codes = "SELECT json_extract(content, '$.body.code') FROM record";
      const kept = keptIn(join(folder, 'alarm.db'), 'record', codes);
      return [...missingOf(said, kept), ...doubledOf(kept)];
    },
  },
  {
    name: 'journal: every record that was acknowledged',
    file: join(here, 'ingest-child.ts'),
    broken: (folder, said) => {
      const kept = journalledIn(folder).flatMap((entry) =>
        entry.class === 'record' ? [`${entry.lane} ${entry.sequence}`] : [],
      );
      // An acknowledgement covers every sequence up to its own.
      const acknowledged = ['alarm', 'telemetry'].flatMap((lane) => {
        const sequences = said
          .map((one) => one.split(' '))
          .flatMap(([of, last]) => (of === lane ? [Number(last)] : []));
        return Array.from({ length: Math.max(0, ...sequences) }, (_, index) => `${lane} ${index + 1}`);
      });
      return [...missingOf(acknowledged, kept), ...doubledOf(kept)];
    },
  },
  {
    name: 'incidents: every act that was answered',
    file: join(here, 'dispatch-child.ts'),
    broken: (folder, said) =>
      missingOf(said, keptIn(join(folder, 'incidents.db'), 'incident', 'SELECT id FROM incident')),
  },
  road,
];
