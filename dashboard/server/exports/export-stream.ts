import { Readable } from 'node:stream';
import { type ExportQuery, maxExportRows } from '#contracts/export.ts';
import { errorCode } from '#runtime/errors.ts';
import { DashboardError } from '../../errors.ts';
import { byteOrderMark, csvLine } from './csv.ts';
import type { ExportRow, ExportTable } from './export-table.ts';

/** Longest time of one export, ms: who does not take it any more must not keep its place. */
const exportTimeoutMs = 600_000;

/** How an export is written, and who is told of its end. */
export interface ExportStreamOptions {
  query: Pick<ExportQuery, 'format' | 'language'>;
  /** Told once: `done`, `aborted` where nobody took the rest, or the code of the failure; the last bytes wait for it. */
  onEnd: (outcome: string, rows: number) => Promise<void>;
  /** Most rows. */
  maxRows?: number;
}

/**
 * Writes a table as a stream that reads a page only when its reader has room: a slow reader costs no memory.
 *
 * The first page is read before the stream begins, so that a source that is away can still be told in words. A
 * failure after that breaks the stream off: half a file must not look like a whole one.
 *
 * @throws what the source throws for its first page.
 */
export async function openExportStream(table: ExportTable, options: ExportStreamOptions): Promise<Readable> {
  const first = await table.pages.next();
  return Readable.from(write(table, first, options), {
    objectMode: false,
    signal: AbortSignal.timeout(exportTimeoutMs),
  });
}

async function* write(
  { columns, pages }: ExportTable,
  first: IteratorResult<ExportRow[], void>,
  { query, onEnd, maxRows = maxExportRows }: ExportStreamOptions,
): AsyncGenerator<string> {
  const names = Object.keys(columns);
  const lineOf = (row: ExportRow) =>
    query.format === 'csv' ? csvLine(names.map((name) => row[name])) : jsonLine(names, row);
  // Whatever ends it at a `yield` is the reader's going away.
  let outcome = 'aborted';
  let rows = 0;
  const failed = (error: unknown) => {
    outcome = errorCode(error) ?? 'DASHBOARD_FAILED';
    throw error;
  };
  try {
    if (query.format === 'csv') {
      yield byteOrderMark + csvLine(query.language === 'zh' ? Object.values(columns) : names);
    }
    for (let page = first; !page.done; page = await pages.next().catch(failed)) {
      rows += page.value.length;
      if (rows > maxRows) {
        failed(new DashboardError('DASHBOARD_EXPORT_TOO_LONG', `the export has more than ${maxRows} rows`));
      }
      if (page.value.length > 0) yield page.value.map(lineOf).join('');
    }
    outcome = 'done';
  } finally {
    await pages.return();
    await onEnd(outcome, rows);
  }
}

function jsonLine(names: string[], row: ExportRow): string {
  return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name]])))}\n`;
}
