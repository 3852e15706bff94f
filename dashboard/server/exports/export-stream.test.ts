import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openExportStream } from './export-stream.ts';
import type { ExportRow } from './export-table.ts';

const columns = { number: '编号', note: '备注' };
const csv = { format: 'csv', language: 'zh' } as const;

/** A table of pages of two rows, and how many of them were read. */
function tableOf(pageCount: number, fail?: { at: number; error: Error }) {
  const table = { columns, read: 0, pages: read() };
  return table;
  async function* read(): AsyncGenerator<ExportRow[], void> {
    for (let page = 0; page < pageCount; page++) {
      if (page === fail?.at) throw fail.error;
      table.read++;
      yield [
        { number: page, note: `a,${page}` },
        { number: page, note: undefined },
      ];
    }
  }
}

function ends() {
  const told: [string, number][] = [];
  return { told, onEnd: async (outcome: string, rows: number) => void told.push([outcome, rows]) };
}

test('CSV begins with a byte order mark and its headings, in the language asked for', async () => {
  const { told, onEnd } = ends();
  const zh = await openExportStream(tableOf(1), { query: csv, onEnd });
  expect(await text(zh)).toBe('编号,备注\r\n0,"a,0"\r\n0,\r\n');
  const en = await openExportStream(tableOf(0), { query: { ...csv, language: 'en' }, onEnd });
  const bytes = Buffer.concat(await en.toArray());
  expect(bytes.toString('hex')).toBe(`efbbbf${Buffer.from('number,note\r\n').toString('hex')}`);
  expect(told).toEqual([
    ['done', 2],
    ['done', 0],
  ]);
});

test('JSON Lines has an object a row, without what is not known', async () => {
  const stream = await openExportStream(tableOf(2), {
    query: { ...csv, format: 'jsonl' },
    onEnd: ends().onEnd,
  });
  const lines = (await text(stream)).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { number: 0, note: 'a,0' },
    { number: 0 },
    { number: 1, note: 'a,1' },
    { number: 1 },
  ]);
});

test('pages are read as they are taken, and no more once nobody takes them', async () => {
  const table = tableOf(1_000_000);
  const { told, onEnd } = ends();
  const stream = await openExportStream(table, { query: csv, onEnd });
  const taken = stream[Symbol.asyncIterator]();
  await taken.next();
  await taken.next();
  // What a stream holds before it is full, 64 KiB, is some thousands of these pages; the table has a million.
  expect(table.read).toBeLessThan(20_000);
  const before = table.read;
  stream.on('error', () => undefined);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  await taken.return?.();
  await closed;
  expect(told).toEqual([['aborted', expect.any(Number)]]);
  expect(table.read).toBe(before);
});

test('an export that grows too long is broken off, so that it does not look whole', async () => {
  const { told, onEnd } = ends();
  const stream = await openExportStream(tableOf(3), { query: csv, onEnd, maxRows: 5 });
  await expect(text(stream)).rejects.toThrow('more than 5 rows');
  expect(told).toEqual([['DASHBOARD_EXPORT_TOO_LONG', 6]]);
  const just = await openExportStream(tableOf(3), { query: csv, onEnd, maxRows: 6 });
  await expect(text(just)).resolves.toContain('2,"a,2"');
});

test('a source that is away is told before the first byte, one that fails later breaks the stream off', async () => {
  const { told, onEnd } = ends();
  const error = new Error('away');
  await expect(openExportStream(tableOf(3, { at: 0, error }), { query: csv, onEnd })).rejects.toBe(error);
  const stream = await openExportStream(tableOf(3, { at: 1, error }), { query: csv, onEnd });
  await expect(text(stream)).rejects.toBe(error);
  expect(told).toEqual([['DASHBOARD_FAILED', 2]]);
});

test('an end that cannot be written down breaks the stream off', async () => {
  const onEnd = () => Promise.reject(new Error('disk full'));
  const stream = await openExportStream(tableOf(1), { query: csv, onEnd });
  await expect(text(stream)).rejects.toThrow('disk full');
});
