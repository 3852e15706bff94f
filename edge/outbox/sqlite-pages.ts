/** A row of a table as it lies in its page, whatever the rest of the file looks like. */
export interface CarvedRow {
  rowid: number;
  values: (number | string | Uint8Array | null)[];
}

/** The pages of a SQLite file, the newest image of each; undefined where there is none. */
export interface SqlitePages {
  readonly count: number;
  readonly size: number;
  page(number: number): Buffer | undefined;
}

const tableLeaf = 0x0d;
const maxPayloadBytes = 262_144;
const fileHeaderBytes = 100;
const freePage = 2;

/**
 * Reads every row that lies in a leaf page of a table, without the file's header, its schema or the pages above: what
 * is damaged costs the rows in it alone.
 *
 * @see https://www.sqlite.org/fileformat.html, 1.6 and 2.1
 */
export function* carveRows(pages: SqlitePages): Generator<CarvedRow> {
  for (let number = 1; number <= pages.count; number++) {
    const page = pages.page(number);
    if (page && !isFree(pages, number)) yield* rowsOf(pages, page, number === 1 ? fileHeaderBytes : 0);
  }
}

function* rowsOf(pages: SqlitePages, page: Buffer, start: number): Generator<CarvedRow> {
  if (page[start] !== tableLeaf) return;
  const cells = page.readUInt16BE(start + 3);
  if (start + 8 + 2 * cells > page.length) return;
  for (let cell = 0; cell < cells; cell++) {
    const row = readOrNothing(() => readCell(pages, page, page.readUInt16BE(start + 8 + 2 * cell)));
    if (row) yield row;
  }
}

/** A cell that leads beyond its page is damaged, as are its bytes: there is nothing in it to tell. */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readCell(pages: SqlitePages, page: Buffer, offset: number): CarvedRow | undefined {
  const length = readVarint(page, offset);
  const rowid = readVarint(page, length.next);
  const payload = readPayload(pages, page, { offset: rowid.next, bytes: length.value });
  return payload && { rowid: rowid.value, values: readValues(payload) };
}

function readPayload(
  pages: SqlitePages,
  page: Buffer,
  { offset, bytes }: { offset: number; bytes: number },
): Buffer | undefined {
  const usable = pages.size;
  if (bytes > maxPayloadBytes) return undefined;
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((bytes - least) % (usable - 4));
  const local = bytes <= most ? bytes : fitting <= most ? fitting : least;
  const parts = [page.subarray(offset, offset + local)];
  let missing = bytes - local;
  let next = missing > 0 ? page.readUInt32BE(offset + local) : 0;
  while (missing > 0) {
    const overflow = pages.page(next);
    if (!overflow) return undefined;
    parts.push(overflow.subarray(4, 4 + Math.min(missing, usable - 4)));
    missing -= usable - 4;
    next = overflow.readUInt32BE(0);
  }
  const payload = Buffer.concat(parts);
  return payload.length === bytes ? payload : undefined;
}

function readValues(payload: Buffer): CarvedRow['values'] {
  const header = readVarint(payload, 0);
  const values: CarvedRow['values'] = [];
  let [at, from] = [header.next, header.value];
  while (at < header.value) {
    const type = readVarint(payload, at);
    const { value, bytes } = readValue(payload, from, type.value);
    values.push(value);
    [at, from] = [type.next, from + bytes];
  }
  return values;
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8];

function readValue(payload: Buffer, from: number, type: number) {
  if (type === 0) return { value: null, bytes: 0 };
  if (type === 8 || type === 9) return { value: type - 8, bytes: 0 };
  if (type === 7) return { value: payload.readDoubleBE(from), bytes: 8 };
  if (type === 6) return { value: Number(payload.readBigInt64BE(from)), bytes: 8 };
  const integer = integerBytes[type];
  if (integer !== undefined) return { value: payload.readIntBE(from, integer), bytes: integer };
  const bytes = Math.floor((type - 12) / 2);
  if (bytes < 0 || from + bytes > payload.length) throw new RangeError('a value leads beyond its row');
  const value = payload.subarray(from, from + bytes);
  return { value: type % 2 === 1 ? value.toString('utf8') : value, bytes };
}

function readVarint(bytes: Buffer, offset: number): { value: number; next: number } {
  let value = 0n;
  for (let index = 0; index < 9; index++) {
    const byte = bytes.readUInt8(offset + index);
    if (index === 8) return { value: Number((value << 8n) | BigInt(byte)), next: offset + 9 };
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return { value: Number(value), next: offset + index + 1 };
  }
  throw new RangeError('a number without end');
}

/** True for a page that was given back: its rows were let go. The pointer map tells, in files with auto_vacuum. */
function isFree(pages: SqlitePages, number: number): boolean {
  if (number < 3) return false;
  const group = Math.floor(pages.size / 5) + 1;
  const mapPage = Math.floor((number - 2) / group) * group + 2;
  if (mapPage === number) return true;
  return pages.page(mapPage)?.[(number - mapPage - 1) * 5] === freePage;
}
