import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../adapters/adapter.ts';
import { createTestFolder, openTestOutbox, recordsOf, sos } from '../testing/open-test-outbox.ts';

const alarms = 200;
const pageBytes = 4096;

/** A folder as a gateway leaves it that loses power with its alarms unsent: the file, and the log beside it. */
function leaveBehind(where: 'in the file' | 'in the log'): { folder: string; epoch: string } {
  const live = createTestFolder();
  const { outbox } = openTestOutbox(live);
  for (let code = 1; code <= alarms; code++)
    outbox.accept([sos(code, { ...(code === 7 && { origin: { key: '7' } }) })]);
  const folder = join(live, 'left');
  mkdirSync(folder);
  if (where === 'in the file') outbox.close();
  for (const suffix of ['', '-wal']) {
    const file = join(live, `alarm.db${suffix}`);
    if (existsSync(file)) copyFileSync(file, join(folder, `alarm.db${suffix}`));
  }
  return { folder, epoch: outbox.epoch };
}

function overwrite(file: string, from: number, bytes: number): void {
  const content = readFileSync(file);
  content.fill(0xa5, from, Math.min(content.length, from + bytes));
  writeFileSync(file, content);
}

/** The codes of the alarms sent, the ranges said to be lost, and where the own marker of this start stands. */
function toldBy(folder: string) {
  const { outbox, counters } = openTestOutbox(folder);
  const records = recordsOf(outbox, 'alarm');
  const codes = records.flatMap(({ body }) => (body.type === 'event' ? [Number(body.code)] : []));
  const lost = records.flatMap(({ epoch, sequence, body }) =>
    body.type === 'gap' ? [{ epoch, from: body.from, to: sequence, reason: body.reason }] : [],
  );
  return { outbox, counters, records, codes, lost };
}

describe('an alarm file damaged while the agent was down', () => {
  const file = (folder: string) => join(folder, 'alarm.db');
  const log = (folder: string) => join(folder, 'alarm.db-wal');
  const damages = [
    {
      what: 'in its header',
      where: 'in the file',
      damage: (f: string) => overwrite(file(f), 0, 100),
      least: alarms,
    },
    {
      what: 'in its first page',
      where: 'in the file',
      damage: (f: string) => overwrite(file(f), 0, pageBytes),
      least: alarms,
    },
    {
      what: 'in a page in the middle',
      where: 'in the file',
      damage: (f: string) => overwrite(file(f), 8 * pageBytes, pageBytes),
      least: alarms - 40,
    },
    {
      what: 'in half a page',
      where: 'in the file',
      damage: (f: string) => overwrite(file(f), 12 * pageBytes + 2000, pageBytes / 2),
      least: alarms - 60,
    },
    {
      what: 'by a tail cut off',
      where: 'in the file',
      damage: (f: string) => truncateSync(file(f), statSync(file(f)).size - 2 * pageBytes - 77),
      least: alarms - 60,
    },
  ] as const;
  it.each(damages)(
    '$what is told once in red, and every alarm that can be read arrives once',
    ({ where, damage, least }) => {
      const { folder, epoch } = leaveBehind(where);
      damage(folder);
      const { outbox, counters, codes, lost, records } = toldBy(folder);
      expect(counters.values['alarm-file-corrupt']).toBe(1);
      expect(codes.length).toBeGreaterThanOrEqual(least);
      expect(new Set(codes).size).toBe(codes.length);
      // Each stands under the identity it had, so that one the platform has already is no second alarm.
      for (const { epoch: its, sequence, body } of records) {
        if (body.type === 'event') expect([its, String(sequence)]).toEqual([epoch, body.code]);
      }
      // What is missing of what was read is told exactly, and this start tells of the damage once.
      const missing = lost.filter((gap) => gap.epoch === epoch);
      const covered = missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      expect(covered).toBe(Math.max(...codes) - codes.length);
      expect(lost.filter((gap) => gap.epoch === outbox.epoch)).toEqual([
        { epoch: outbox.epoch, from: 1, to: 1, reason: 'unreadable' },
      ]);
      // New alarms go on, and the next start has nothing more to tell.
      outbox.accept([sos('new')]);
      expect(recordsOf(outbox, 'alarm').at(-1)).toMatchObject({
        epoch: outbox.epoch,
        sequence: 2,
        body: { code: 'new' },
      });
      outbox.close();
      expect(toldBy(folder).records).toHaveLength(records.length + 1);
      expect(readdirSync(folder).filter((name) => name.endsWith('.unread'))).toEqual([]);
    },
  );

  it('with garbage in its log loses what lies in the garbage alone', () => {
    const { folder, epoch } = leaveBehind('in the log');
    overwrite(log(folder), 32 + 40 * (24 + pageBytes) + 500, 3000);
    overwrite(file(folder), 0, 100);
    const { codes, records, lost } = toldBy(folder);
    expect(codes.length).toBeGreaterThan(alarms - 40);
    expect(new Set(codes).size).toBe(codes.length);
    for (const record of records) if (record.body.type === 'event') expect(record.epoch).toBe(epoch);
    expect(lost.at(-1)).toMatchObject({ from: 1, to: 1, reason: 'unreadable' });
  });

  it('so that its starts cannot be told sends its alarms under a new one, marked as possible repeats', () => {
    const { folder, epoch } = leaveBehind('in the file');
    const content = readFileSync(file(folder));
    const at = content.indexOf(epoch);
    overwrite(file(folder), Math.floor(at / pageBytes) * pageBytes, pageBytes);
    overwrite(file(folder), 0, 100);
    const { codes, records, outbox } = toldBy(folder);
    expect(codes).toHaveLength(alarms);
    const [first] = records;
    expect([epoch, outbox.epoch]).not.toContain(first?.epoch);
    expect(first).toMatchObject({ sequence: 1, possibleRepeat: true });
    expect(first).not.toHaveProperty('heldMs');
  });

  it('is salvaged by the next start where this one ends before that is done', () => {
    const { folder } = leaveBehind('in the file');
    overwrite(file(folder), 0, 100);
    const first = toldBy(folder);
    first.outbox.close();
    // As a power cut leaves it between the file moved aside and the new one written.
    const [aside = ''] = readdirSync(folder).filter((name) => name.includes('.corrupt-'));
    const again = join(folder, 'again');
    mkdirSync(again);
    copyFileSync(join(folder, aside), join(again, `${aside}.unread`));
    expect(toldBy(again).codes).toHaveLength(alarms);
  });
});

it('an alarm file that breaks while the agent runs loses what cannot be read alone, and says exactly which', () => {
  const folder = createTestFolder();
  const { outbox, counters } = openTestOutbox(folder);
  // More than SQLite keeps in memory.
  const accepted = 12_000;
  const text = '烟'.repeat(100);
  outbox.accept(Array.from({ length: accepted }, (_, index) => wordy(index + 1, text)));
  outbox.acknowledge('alarm', outbox.epoch, 100, accepted);
  overwrite(join(folder, 'alarm.db'), 300 * pageBytes, 4 * pageBytes);
  const records = recordsOf(outbox, 'alarm');
  const codes = records.flatMap(({ body }) => (body.type === 'event' ? [Number(body.code)] : []));
  const lost = records.flatMap(({ sequence, body }) =>
    body.type === 'gap' ? [sequence - body.from + 1] : [],
  );
  expect(counters.values['alarm-file-corrupt']).toBe(1);
  expect([Math.min(...codes), lost.length]).toEqual([101, 1]);
  expect(codes.length).toBeGreaterThan(accepted - 200);
  expect(codes.length + Number(lost[0])).toBe(accepted - 100);
  outbox.accept([sos('new')]);
  expect(outbox.read('alarm', accepted, 1, 1)[0]?.json).toContain('"code":"new"');
});

it('a text damaged within its page is told as lost, not sent again and again', () => {
  const folder = createTestFolder();
  const { outbox: before } = openTestOutbox(folder);
  before.accept([wordy(1, 'kitchen'), wordy(2, 'bedroom'), wordy(3, 'hall')]);
  before.close();
  const file = join(folder, 'alarm.db');
  const at = readFileSync(file).indexOf('bedroom');
  overwrite(file, at - 3, 6);
  const { outbox, counters } = openTestOutbox(folder);
  expect(recordsOf(outbox, 'alarm').map(({ body }) => ('text' in body ? body.text : body.type))).toEqual([
    'kitchen',
    'gap',
    'hall',
  ]);
  expect(counters.values['alarm-file-corrupt']).toBe(1);
});

function wordy(code: number, text: string): Observation {
  return { device: 'watch-3g:6907919734', body: { type: 'event', kind: 'smoke', code: String(code), text } };
}
