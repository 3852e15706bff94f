import type { ExportSubject } from '#contracts/export.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import { toTimestamp } from '#contracts/time.ts';
import { localTimeOf } from '#runtime/local-days.ts';
import { auditTable } from './audit-table.ts';
import { eventTable, gatePassageTable } from './event-table.ts';
import type { ExportScope, ExportTable } from './export-table.ts';
import { incidentTable } from './incident-table.ts';

const tables: Record<ExportSubject, (scope: ExportScope) => ExportTable> = {
  events: eventTable,
  incidents: incidentTable,
  'gate-passages': gatePassageTable,
  audit: auditTable,
};

/** Opens the table of a subject; nothing is read before its first page is asked for. */
export function openExportTable(
  subject: ExportSubject,
  scope: Omit<ExportScope, 'instants' | 'words'> & { timezone: string },
): ExportTable {
  const localTime = (at: number) => localTimeOf(scope.timezone, at);
  const { language } = scope.query;
  const known = new Map<string, { zh: string; en: string }>(Object.entries(kindWords));
  return tables[subject]({
    ...scope,
    instants: (at) => ({ at: toTimestamp(at), localTime: localTime(at) }),
    words: (kind) => known.get(kind)?.[language] ?? kind,
  });
}
