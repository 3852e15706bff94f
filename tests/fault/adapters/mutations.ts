/** Numbers in [0, 1). */
export type Random = () => number;

/** Names that every object has, and what else a key may be to hurt. */
const evilKeys = [
  'constructor',
  '__proto__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'prototype',
  '',
  '\u0000',
];
const evilNumbers = [
  '1e999',
  '-1e999',
  '3.4e38',
  '1e-400',
  '-0',
  '9007199254740993',
  '4294967296',
  '-1',
  '0.1',
];
const evilTexts = [
  'NaN',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '"\\ud800"',
  '\ufeff',
  '\u202e',
  "'; DROP",
  '\r\n',
  '%00',
];
const longest = 70_000;

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const below = (random: Random, limit: number) => Math.floor(random() * limit);
const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;
const splice = (bytes: Buffer, at: number, gone: number, put: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
const asText = (bytes: Buffer, change: (text: string) => string) =>
  Buffer.from(change(bytes.toString('utf8')), 'utf8');

/** Puts something else in the place of one match of a pattern; bytes without one stay as they are. */
function replaceOne(bytes: Buffer, pattern: RegExp, random: Random, put: (found: string) => string): Buffer {
  return asText(bytes, (text) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text;
    const { 0: match, index } = oneOf(random, found);
    return text.slice(0, index) + put(match) + text.slice(index + match.length);
  });
}

/** Each kind of damage, by name. */
export const mutations = {
  'bit flips': (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let flips = 1 + below(random, 4); flips > 0 && changed.length > 0; flips--) {
      const at = below(random, changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    }
    return changed;
  },
  cut: (bytes, random) =>
    random() < 0.5
      ? bytes.subarray(0, below(random, bytes.length + 1))
      : bytes.subarray(below(random, bytes.length + 1)),
  doubling: (bytes, random) => {
    const from = below(random, bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + below(random, 64));
    return splice(bytes, from, 0, Buffer.concat(Array.from({ length: 1 + below(random, 8) }, () => part)));
  },
  splice: (bytes, random, others) => {
    const other = oneOf(random, others);
    return Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length + 1)),
    ]);
  },
  'foreign bytes': (bytes, random, others) => {
    const other = oneOf(random, others);
    const from = below(random, other.length + 1);
    return splice(
      bytes,
      below(random, bytes.length + 1),
      0,
      other.subarray(from, from + 1 + below(random, 200)),
    );
  },
  'a key renamed': (bytes, random) =>
    replaceOne(bytes, /"[A-Za-z_][\w ]*"(?=\s*:)/g, random, () => JSON.stringify(oneOf(random, evilKeys))),
  'a word renamed': (bytes, random) =>
    replaceOne(bytes, /[A-Za-z_]{2,}/g, random, () => oneOf(random, evilKeys)),
  'a number out of range': (bytes, random) =>
    replaceOne(bytes, /-?\d+(\.\d+)?/g, random, () => oneOf(random, evilNumbers)),
  'a value of another kind': (bytes, random) =>
    replaceOne(bytes, /(?<=:\s*)("[^"]*"|-?[\d.]+|true|false)/g, random, () => oneOf(random, evilTexts)),
  nesting: (bytes, random) => {
    const depth = 1 + below(random, 3000);
    const [open, shut] = oneOf(random, [
      ['[', ']'],
      ['{"a":', '}'],
      ['<a>', '</a>'],
    ] as const);
    const isClosed = random() < 0.5;
    return Buffer.concat([
      Buffer.from(open.repeat(depth)),
      bytes,
      Buffer.from(isClosed ? shut.repeat(depth) : ''),
    ]);
  },
  'a huge text': (bytes, random) =>
    splice(
      bytes,
      below(random, bytes.length + 1),
      0,
      Buffer.alloc(below(random, longest), oneOf(random, ['A', ',', '9', '"'])),
    ),
  'another charset': (bytes, random) => {
    const encoding = oneOf(random, ['latin1', 'utf16le', 'ascii'] as const);
    return random() < 0.5
      ? Buffer.from(bytes.toString('utf8'), encoding)
      : Buffer.from(bytes.toString(encoding), 'utf8');
  },
  'zeros and ends': (bytes, random) => {
    const at = below(random, bytes.length + 1);
    return splice(
      bytes,
      at,
      below(random, 8),
      Buffer.from(oneOf(random, ['\0\0\0', '\n', '\r\n\r\n', '##', '@@', '[]'])),
    );
  },
} as const satisfies Record<string, Mutation>;

const all: readonly Mutation[] = Object.values(mutations);

/** A message damaged in one to three ways; `others` are messages of this protocol and of others. */
export function mutate(message: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let changed = message;
  for (let times = 1 + below(random, 3); times > 0; times--) {
    changed = oneOf(random, all)(changed, random, others).subarray(0, longest);
  }
  return changed;
}

/** Bytes that nobody wrote. */
export function randomBytes(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}
