import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openIncident } from '#dispatch/incidents/open-incident.ts';
import { saveIncident } from '#dispatch/incidents/timeline.ts';
import { createIncidentDatabase } from '#dispatch/storage/incident-database.ts';
import { openIncidentTables } from '#dispatch/storage/tables.ts';
import { createRegistry } from '#registry/registry.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { silentLog } from '#runtime/log.ts';

/** A process whose disk is recorded: opens incidents as dispatch does, and says each where dispatch would answer. */
const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'incidents.db');
const registry = createRegistry({
  revision: 1,
  community: [],
  grid: [],
  building: [],
  unit: [],
  floor: [],
  dwelling: [],
  resident: [],
  gateway: [],
  device: [],
  person: [],
  person_right: [],
  credential: [],
  consent: [],
});
const incidents = createIncidentDatabase({
  tables: openIncidentTables(file),
  registry: () => registry,
  now: Date.now,
  onCommitted: () => undefined,
});
startCheckpoints([file], { log: silentLog(), logLevel: 'error', now: Date.now });

for (;;) {
  const id = await incidents.write(async (transaction) => {
    const incident = await openIncident(transaction, {
      community: 'c1',
      kind: 'sos',
      level: 'red',
      lifeSafety: true,
      late: false,
      drill: false,
      source: 'desk',
      place: { label: '3栋2单元501' },
      openedAt: transaction.now,
    });
    await saveIncident(transaction, incident);
    return incident.id;
  });
  writeSync(1, `${id}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
