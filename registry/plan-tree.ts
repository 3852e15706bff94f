import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** A path in a plan: keys of objects and indices of lists, from the top. */
export type PlanPath = readonly (string | number)[];

/** Something wrong with a plan. */
export interface PlanFault {
  /** The part it is about; for an unexpected field, its key. */
  path: PlanPath;
  at?: 'key';
  words: string;
}

/** A fault with its place in the file; both from 1, columns in characters. */
export interface PlacedFault extends PlanFault {
  line: number;
  column: number;
}

/** A plan's text as a tree with the position of each part. */
export interface PlanTree {
  value: unknown;
  /** Adds line and column to faults and puts them in the order of the file. */
  place(faults: readonly PlanFault[]): PlacedFault[];
}

/** Most faults of syntax that are reported: later ones are mostly consequences of the first. */
const maxSyntaxFaults = 3;

/** Parses a plan's text: JSON; comments and a trailing comma are accepted. */
export function parsePlan(text: string): { ok: true; tree: PlanTree } | { ok: false; faults: PlacedFault[] } {
  const lines = startsOfLines(text);
  const placed = (offset: number, fault: PlanFault): PlacedFault => ({
    ...fault,
    ...positionAt(lines, offset),
  });
  const errors: ParseError[] = [];
  const root = readTree(text, errors);
  if (root === 'too deep') {
    return {
      ok: false,
      faults: [placed(0, { path: [], words: 'lists and objects stand too deep in one another' })],
    };
  }
  if (!root || errors.length > 0) {
    const faults = errors
      .slice(0, maxSyntaxFaults)
      .map((error) => placed(error.offset, { path: [], words: wordsOfSyntax(text, error) }));
    return { ok: false, faults: faults.length > 0 ? faults : [placed(0, { path: [], words: 'is no JSON' })] };
  }
  const ofKeys = keyFaults(root);
  if (ofKeys.length > 0) {
    return { ok: false, faults: ofKeys.map(({ offset, words }) => placed(offset, { path: [], words })) };
  }
  const offsetOf = ({ path, at }: PlanFault): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = findNodeAtLocation(root, path.slice(0, length));
      const key = at === 'key' && length === path.length ? node?.parent?.children?.[0] : undefined;
      if (node) return (key ?? node).offset;
    }
    return 0;
  };
  return {
    ok: true,
    tree: {
      value: getNodeValue(root),
      place: (faults) =>
        faults
          .map((fault) => ({ fault, offset: offsetOf(fault) }))
          .toSorted((a, b) => a.offset - b.offset)
          .map(({ fault, offset }) => placed(offset, fault)),
    },
  };
}

function readTree(text: string, errors: ParseError[]): Node | undefined | 'too deep' {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

const fullWidth = new Map([
  ['，', ','],
  ['：', ':'],
  ['“', '"'],
  ['”', '"'],
  ['｛', '{'],
  ['｝', '}'],
  ['［', '['],
  ['］', ']'],
  ['【', '['],
  ['】', ']'],
]);

function wordsOfSyntax(text: string, { error, offset, length }: ParseError): string {
  const given = text.slice(offset, offset + Math.max(1, Math.min(length, 20)));
  const ascii = fullWidth.get(given[0] ?? '');
  if (ascii) return `"${given[0]}" is a full-width character; write ${ascii}`;
  const words = printParseErrorCode(error)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return offset >= text.trimEnd().length
    ? `${words}: the file ends too early`
    : `${words} at ${JSON.stringify(given)}`;
}

/** Finds what a parsed value no longer shows: duplicate keys, and `__proto__`. */
function keyFaults(root: Node): { words: string; offset: number }[] {
  const faults: { words: string; offset: number }[] = [];
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const children = node.children ?? [];
    for (const child of children)
      open.push(...(child.type === 'property' ? (child.children ?? []) : [child]));
    if (node.type !== 'object') continue;
    const seen = new Set<unknown>(['__proto__']);
    for (const { children: [key] = [] } of children) {
      if (key && seen.has(key.value)) {
        const words =
          key.value === '__proto__' ? 'is no known field' : 'stands twice in one object; take one away';
        faults.push({ offset: key.offset, words: `"${key.value}" ${words}` });
      }
      seen.add(key?.value);
    }
  }
  return faults;
}

function startsOfLines(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)];
}

function positionAt(lines: readonly number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}
