import type { ExportQuery } from '#contracts/export.ts';
import type { Registry } from '#registry/registry.ts';
import type { Cell } from './csv.ts';
import type { ExportTime } from './export-days.ts';
import type { HeavyReads } from './read-worker.ts';

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
