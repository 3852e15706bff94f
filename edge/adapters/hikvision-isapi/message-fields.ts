import { isAscii } from 'node:buffer';
import { XMLParser } from 'fast-xml-parser';

/** Fields of an object from outside; read with `own` alone. */
export type Fields = Readonly<Record<string, unknown>>;

/** Most tags of a message in XML. */
const maxTags = 1000;
/** Most events of one message. */
const maxEvents = 64;

const xml = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  processEntities: false,
});

/** A field that the object itself has: its prototype's names, such as `constructor`, are none. */
export function own(fields: Fields | undefined, ...names: string[]): unknown {
  const name = names.find((one) => fields !== undefined && Object.hasOwn(fields, one));
  return name === undefined ? undefined : fields?.[name];
}

/** The fields of a value that is an object; of a text that holds one, as some forms send it, too. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value === 'string' && value.trimStart().startsWith('{')) return fieldsOf(parseJson(value));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Reads bytes as text: UTF-8 or UTF-16 by its mark, without mark, blanks and the zeros that some firmware appends. */
export function textOfBytes(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = isUtf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  return trimmed(new TextDecoder(encoding).decode(bytes));
}

/** Reads the objects of a message in JSON or XML; undefined where it is neither, or is cut off. */
export function readObjects(bytes: Uint8Array): Fields[] | undefined {
  const text = textOfBytes(bytes);
  // What begins no object and no list costs no more than its decoding.
  const isJson = text.startsWith('{') || text.startsWith('[');
  const parseText = () => (isJson ? (parseJson(text) ?? parseGb18030(bytes)) : undefined);
  const parsed = text.startsWith('<') ? parseXml(text) : parseText();
  if (Array.isArray(parsed)) return parsed.slice(0, maxEvents).map((one) => fieldsOf(one) ?? {});
  const object = fieldsOf(parsed);
  return object && [object];
}

/** In GB18030 the second byte of a character may be a backslash, which in UTF-8 would break the JSON around it. */
function parseGb18030(bytes: Uint8Array): unknown {
  return isAscii(bytes) ? undefined : parseJson(trimmed(new TextDecoder('gb18030').decode(bytes)));
}

function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  // A regular expression for this takes time that grows with the square of a run of blanks.
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xfeff;
}

function parseJson(text: string): unknown {
  // What is cut off is told by its end, however deep it is nested.
  if (!text.endsWith('}') && !text.endsWith(']')) return undefined;
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a raw control character breaks JSON, a blank never does.
    return JSON.parse(text.replaceAll(/[\u0000-\u001f]/g, ' '));
  } catch {
    return undefined;
  }
}

/** The parser takes a text that is cut off for a whole one, so its last tag must end its first. */
function parseXml(text: string): unknown {
  const root = /<([A-Za-z_][\w:.-]*)/.exec(text)?.[1];
  if (root === undefined || !endsElement(text, root) || hasManyTags(text)) return undefined;
  try {
    return xml.parse(text);
  } catch {
    return undefined;
  }
}

/** The parser's time grows with the square of the tags beside one another; an event has some dozens. */
function hasManyTags(text: string): boolean {
  let tags = 0;
  for (let at = text.indexOf('<'); at >= 0 && tags <= maxTags; at = text.indexOf('<', at + 1)) tags++;
  return tags > maxTags;
}

function endsElement(text: string, root: string): boolean {
  const last = text.slice(text.lastIndexOf('</'));
  return last.endsWith('>') && last.slice(2, -1).trimEnd() === root;
}
