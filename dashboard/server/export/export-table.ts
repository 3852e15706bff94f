import type { ExportQuery, ExportSubject } from '#contracts/export.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import { toTimestamp } from '#contracts/time.ts';
import type { Registry } from '#registry/registry.ts';
import { createLocalTime } from '../local-days.ts';
import type { HeavyReads } from '../reads/read-worker.ts';
import { auditTable } from './audit-table.ts';
import type { Cell } from './csv.ts';
import { eventTable, gatePassageTable } from './event-table.ts';
import type { ExportTime } from './export-days.ts';
import { incidentTable } from './incident-table.ts';

/** A row by the names of its columns; what is undefined is left out or empty. */
export type ExportRow = Record<string, Cell>;

/** What is exported: its columns in order, and its rows a page at a time, read as they are asked for. */
export interface ExportTable {
  /** Chinese headings by name; the name itself is the English one. */
  columns: Readonly<Record<string, string>>;
  pages: AsyncGenerator<ExportRow[], void, undefined>;
}

/** Rows read at once: few enough that reading them holds nobody up. */
export const pageRows = 500;

/** Where exports are read from. */
export interface ExportSources extends HeavyReads {
  registry: () => Registry;
}

/** What one export is about. */
export interface ExportScope extends ExportSources {
  community: string;
  time: ExportTime;
  query: ExportQuery;
  /** An instant as columns have it: `at` in UTC, and as the community's clock shows it. */
  instants: (at: number) => { at: string; localTime: string };
  /** A kind in the language asked for. */
  words: (kind: string) => string;
}

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
  const localTime = createLocalTime(scope.timezone);
  const { language } = scope.query;
  const known = new Map<string, { zh: string; en: string }>(Object.entries(kindWords));
  return tables[subject]({
    ...scope,
    instants: (at) => ({ at: toTimestamp(at), localTime: localTime(at) }),
    words: (kind) => known.get(kind)?.[language] ?? kind,
  });
}
