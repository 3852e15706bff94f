/** The head of a frame: who speaks, and how long it says its content is. */
export interface WatchHeader {
  /** Two letters of the maker, repeated in every answer. */
  manufacturer: string;
  /** Ten digits cut from the IMEI, or the IMEI. */
  id: string;
  /** Four hexadecimal digits, in frames of makers that number them; echoed. */
  index?: string;
  declaredLength: number;
  contentStart: number;
}

/** A frame `[MF*ID*LEN*CMD,arg…]` or `[MF*ID*INDEX*LEN*CMD,arg…]`. */
export interface WatchFrame extends WatchHeader {
  command: string;
  fields: string[];
  contentLength: number;
}

const headerPattern = /^\[([A-Za-z0-9]{2})\*([A-Za-z0-9]{5,20})\*(?:([0-9A-Fa-f]{4})\*)?([0-9A-Fa-f]{1,4})\*/;
/** Longest head: `[`, 2, `*`, 20, `*`, 4, `*`, 4, `*`. */
const maxHeaderBytes = 35;

/** Reads a frame's head; undefined where it is none. */
export function readHeader(bytes: Buffer): WatchHeader | undefined {
  const match = headerPattern.exec(bytes.subarray(0, maxHeaderBytes).toString('latin1'));
  if (!match) return undefined;
  const [head, manufacturer = '', id = '', index, length = ''] = match;
  return {
    manufacturer,
    id,
    ...(index !== undefined && { index }),
    declaredLength: Number.parseInt(length, 16),
    contentStart: head.length,
  };
}

/** Reads a frame, closed by `]` or cut short; undefined where its head cannot be read. */
export function readFrame(bytes: Buffer): WatchFrame | undefined {
  const header = readHeader(bytes);
  if (!header) return undefined;
  const end = bytes.at(-1) === 0x5d ? bytes.length - 1 : bytes.length;
  const content = bytes.subarray(header.contentStart, end);
  const [command = '', ...fields] = content.toString('latin1').split(',');
  return { ...header, command: command.trim(), fields, contentLength: content.length };
}

/** Writes an answer to a frame: its maker, id and index, with other content (ASCII). */
export function encodeAnswer(to: WatchHeader, content: string): Buffer {
  const length = content.length.toString(16).padStart(4, '0');
  const index = to.index === undefined ? '' : `${to.index}*`;
  return Buffer.from(`[${to.manufacturer}*${to.id}*${index}${length}*${content}]`, 'latin1');
}
