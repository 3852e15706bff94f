import { textOfBytes } from './message-fields.ts';

/** What could be read of a message that cannot be parsed; nothing of it is personal. */
export interface Salvage {
  /** Twelve lower-case hexadecimal digits. */
  mac?: string;
  /** For the one who must verify; empty where nothing was found. */
  words: string;
}

const fields = [
  'eventType',
  'eventState',
  'majorEventType',
  'subEventType',
  'code',
  'zone',
  'doorNo',
  'dateTime',
];

/** Looks for the few fields that say what happened where; names, cards and pictures are not looked for. */
export function salvage(bytes: Uint8Array): Salvage {
  const text = textOfBytes(bytes);
  const words = fields.flatMap((field) => {
    const value = fieldIn(text, field, '[A-Za-z0-9_:+. -]{1,40}');
    return value === undefined ? [] : [`${field} ${value}`];
  });
  const digits = fieldIn(text, 'macAddress', '[0-9A-Fa-f:-]{12,17}')
    ?.replaceAll(/[^0-9a-f]/gi, '')
    .toLowerCase();
  return { words: words.join(', ').slice(0, 160), ...(digits?.length === 12 && { mac: digits }) };
}

/** A value that the message ends in may be cut off, and is marked. */
function fieldIn(text: string, field: string, pattern: string): string | undefined {
  if (!text.includes(field)) return undefined;
  const found = new RegExp(`["'<]${field}["']?\\s*[:=>]\\s*["']?(${pattern})`).exec(text);
  const value = found?.[1]?.trim();
  if (!found || !value) return undefined;
  return found.index + found[0].length === text.length ? `${value}…` : value;
}
