import { timeTagBytes } from './time-tag.ts';

/** One information object of an application data unit. */
export interface DataObject {
  body: Buffer;
  /** When it happened, by the device's clock; absent in the types that carry none. */
  timeTag?: Buffer;
}

/** An application data unit, cut into its objects. */
export interface ApplicationData {
  type: number;
  objects: DataObject[];
  /** False where fewer objects were found than announced. */
  complete: boolean;
  /** Bytes after the last object, which some transmitters pad with. */
  trailingBytes: number;
}

interface Layout {
  /** Bytes of the body, or the place of the byte that says how many more follow it. */
  body: number | { lengthAt: number };
  timeTag: boolean;
}

/** What a transmitter uploads. @see GB/T 26875.3-2011, 8.2 and 8.3 */
const layouts: Record<number, Layout> = {
  1: { body: 4, timeTag: true },
  2: { body: 40, timeTag: true },
  3: { body: 10, timeTag: true },
  4: { body: 4, timeTag: true },
  5: { body: 4, timeTag: false },
  6: { body: { lengthAt: 2 }, timeTag: false },
  7: { body: 38, timeTag: false },
  8: { body: 2, timeTag: true },
  21: { body: 1, timeTag: true },
  24: { body: 2, timeTag: true },
  25: { body: 2, timeTag: false },
  26: { body: { lengthAt: 0 }, timeTag: false },
  28: { body: 0, timeTag: true },
};

/** True for a type flag whose layout is known. */
export function isKnownType(type: number): boolean {
  return Object.hasOwn(layouts, type);
}

/** Cuts a unit into its objects; undefined without a known type flag. */
export function readApplicationData(data: Buffer): ApplicationData | undefined {
  const type = data[0];
  const layout = type === undefined ? undefined : layouts[type];
  if (type === undefined || !layout) return undefined;
  const announced = data[1];
  const objects: DataObject[] = [];
  let at = 2;
  while (objects.length < (announced ?? 0)) {
    const bodyBytes = bodyLength(layout, data, at);
    const end = at + bodyBytes + (layout.timeTag ? timeTagBytes : 0);
    if (end > data.length) break;
    const body = data.subarray(at, at + bodyBytes);
    objects.push(layout.timeTag ? { body, timeTag: data.subarray(at + bodyBytes, end) } : { body });
    at = end;
  }
  return {
    type,
    objects,
    complete: announced !== undefined && objects.length === announced,
    trailingBytes: Math.max(0, data.length - at),
  };
}

function bodyLength({ body }: Layout, data: Buffer, at: number): number {
  return typeof body === 'number' ? body : body.lengthAt + 1 + (data[at + body.lengthAt] ?? 0);
}
