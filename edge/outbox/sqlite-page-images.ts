import { existsSync, readFileSync } from 'node:fs';
import type { SqlitePages } from './sqlite-pages.ts';

/** Page size of our files; what a damaged header says is not believed. */
const pageBytes = 4096;
const logHeaderBytes = 32;
const frameHeaderBytes = 24;
/** Larger files are not read into memory; an alarm lane is smaller. */
const maxBytes = 268_435_456;

/** Reads the newest image of each page of a SQLite file and of the write-ahead log beside it. */
export function readPageImages(file: string): SqlitePages {
  const main = readFileSync(file).subarray(0, maxBytes);
  const logged = existsSync(`${file}-wal`)
    ? framesOf(readFileSync(`${file}-wal`))
    : new Map<number, Buffer>();
  const inMain = Math.floor(main.length / pageBytes);
  return {
    count: Math.max(inMain, ...logged.keys()),
    size: pageBytes,
    page: (number) => {
      const from = (number - 1) * pageBytes;
      return (
        logged.get(number) ??
        (number >= 1 && number <= inMain ? main.subarray(from, from + pageBytes) : undefined)
      );
    },
  };
}

/**
 * True where a log is damaged before its end: a transaction is broken and a later one is sound. Each was synced before
 * the next began, so a power cut breaks the last one alone.
 */
export function isLogBroken(file: string): boolean {
  if (!existsSync(`${file}-wal`)) return false;
  let broken: 'no' | 'in this transaction' | 'before' = 'no';
  for (const { isSound, isCommit } of readFrames(readFileSync(`${file}-wal`))) {
    if (isSound && broken === 'before') return true;
    if (!isSound && broken === 'no') broken = 'in this transaction';
    if (isCommit && broken === 'in this transaction') broken = 'before';
  }
  return false;
}

/** The pages of a log up to its last commit. */
function framesOf(log: Buffer): Map<number, Buffer> {
  const pages = new Map<number, Buffer>();
  const waiting = new Map<number, Buffer>();
  for (const { number, page, isSound, isCommit } of readFrames(log)) {
    if (!isSound) continue;
    waiting.set(number, page);
    if (!isCommit) continue;
    for (const [each, image] of waiting) pages.set(each, image);
    waiting.clear();
  }
  return pages;
}

interface Frame {
  number: number;
  page: Buffer;
  isCommit: boolean;
  isSound: boolean;
}

/**
 * Frames of a log. One is sound where its checksum follows from that of the one before it, as that one gives it: so a
 * damaged frame costs itself and at most the one behind it.
 *
 * @see https://www.sqlite.org/fileformat.html, 4.1 and 4.2
 */
function* readFrames(log: Buffer): Generator<Frame> {
  if (log.length < logHeaderBytes) return;
  const isBigEndian = (log.readUInt32BE(0) & 1) === 1;
  const salts = log.subarray(16, 24);
  let before = log.subarray(24, 32);
  const frameBytes = frameHeaderBytes + pageBytes;
  for (let at = logHeaderBytes; at + frameBytes <= log.length; at += frameBytes) {
    const header = log.subarray(at, at + frameHeaderBytes);
    const page = log.subarray(at + frameHeaderBytes, at + frameBytes);
    const stored = header.subarray(16, 24);
    const isOfThisLog = header.subarray(8, 16).equals(salts);
    const isSound =
      isOfThisLog && checksum([header.subarray(0, 8), page], before, isBigEndian).equals(stored);
    yield { number: header.readUInt32BE(0), page, isCommit: header.readUInt32BE(4) !== 0, isSound };
    before = stored;
  }
}

function checksum(parts: Buffer[], seed: Buffer, isBigEndian: boolean): Buffer {
  let first = seed.readUInt32BE(0);
  let second = seed.readUInt32BE(4);
  const read = (part: Buffer, at: number) => (isBigEndian ? part.readUInt32BE(at) : part.readUInt32LE(at));
  for (const part of parts) {
    for (let at = 0; at + 8 <= part.length; at += 8) {
      first = (first + read(part, at) + second) >>> 0;
      second = (second + read(part, at + 4) + first) >>> 0;
    }
  }
  const sum = Buffer.alloc(8);
  sum.writeUInt32BE(first, 0);
  sum.writeUInt32BE(second, 4);
  return sum;
}
