import { type ExportQuery, type ExportSubject, exportPath } from '#contracts/export.ts';
import { failureOf, RequestFailed } from '../../shared/rest/request.ts';

/** An export that began and was broken off; nothing of it is kept. */
export class ExportBrokenOff extends Error {}

/**
 * Takes an export to its end and hands it to the browser as a file.
 *
 * It is read whole before it is saved: a link would leave half a file behind where the server breaks off.
 *
 * @returns Name of the file, as the server gave it.
 * @throws {RequestFailed} when refused or unanswered, {ExportBrokenOff} where it did not come to its end.
 */
export async function takeExport(subject: ExportSubject, query: ExportQuery): Promise<string> {
  const response = await fetch(exportPath(subject, query), { credentials: 'same-origin' }).catch((cause) => {
    throw new RequestFailed(0, { message: 'no answer' }, undefined, { cause });
  });
  if (!response.ok) throw await failureOf(response);
  const file = await response.blob().catch((cause) => {
    throw new ExportBrokenOff('the export was broken off', { cause });
  });
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? subject;
  save(file, name);
  return name;
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
