import { type Static, Type } from 'typebox';
import { objectOf } from './schema.ts';

/** What auditors may take out of the platform: each is a list of rows of one community. */
export const exportSubjects = ['events', 'incidents', 'gate-passages', 'audit'] as const;
export const ExportSubject = Type.Enum([...exportSubjects]);
export type ExportSubject = Static<typeof ExportSubject>;

/** `csv` for spreadsheets, `jsonl` (one JSON object a line) for programs. */
export const exportFormats = ['csv', 'jsonl'] as const;
export const ExportFormat = Type.Enum([...exportFormats]);
export type ExportFormat = Static<typeof ExportFormat>;

/** Most days of one export: a quarter. */
export const maxExportDays = 92;
/** Most rows of one export; one that would be longer is broken off, so that it does not look whole. */
export const maxExportRows = 500_000;

const Day = Type.String({
  pattern: '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: "Day in the community's timezone, yyyy-mm-dd.",
});

/** What is asked of an export: whole days, the last one included. */
export const ExportQuery = objectOf({
  from: Day,
  to: Day,
  format: ExportFormat,
  /** Of column names and of what kinds are called. */
  language: Type.Enum(['zh', 'en']),
});
export type ExportQuery = Static<typeof ExportQuery>;

/** Path of an export at the dashboard. */
export function exportPath(subject: ExportSubject, query: ExportQuery): string {
  return `/api/export/${subject}?${new URLSearchParams(query)}`;
}

/** Days from the first to the last, both counted; not above 0 where they are the wrong way round. */
export function countDays({ from, to }: Pick<ExportQuery, 'from' | 'to'>): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
}
