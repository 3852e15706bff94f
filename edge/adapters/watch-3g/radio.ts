import { maxRadioStations, type Radio } from '#contracts/record-body.ts';
import { readNumber } from './read-number.ts';

type Cell = NonNullable<Radio['cells']>[number];
type Wifi = NonNullable<Radio['wifi']>[number];

const macPattern = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/**
 * Reads `count,timing advance,MCC,MNC,(LAC,cell,signal)×n,count,(SSID,MAC,dBm)×n`, as far as it can be read.
 *
 * Wi-Fi stations are found by their MAC: an SSID may hold commas, and is not kept.
 */
export function readRadio(fields: readonly string[]): Radio | undefined {
  const cells = readCells(fields);
  const wifi = readWifi(fields);
  if (cells.length === 0 && wifi.length === 0) return undefined;
  return { ...(cells.length > 0 && { cells }), ...(wifi.length > 0 && { wifi }) };
}

function readCells(fields: readonly string[]): Cell[] {
  const count = readNumber(fields[0], 0, 100) ?? 0;
  const mcc = readNumber(fields[2], 1, 999);
  const mnc = readNumber(fields[3], 0, 999);
  if (mcc === undefined || mnc === undefined) return [];
  const areas = fields.slice(4, 4 + count * 3);
  // Some makers write area and cell in hexadecimal, which only a letter betrays.
  const isHex = areas.some((field, n) => n % 3 < 2 && /^[0-9a-f]*[a-f][0-9a-f]*$/i.test(field));
  const cells: Cell[] = [];
  for (let n = 0; n < count && cells.length < maxRadioStations; n++) {
    const [lac, cell, signal] = areas.slice(n * 3, n * 3 + 3);
    const area = readWhole(lac, 16_777_215, isHex);
    const number = readWhole(cell, 68_719_476_735, isHex);
    if (area !== undefined && number !== undefined) {
      cells.push({ mcc, mnc, lac: area, cell: number, ...signalOf(signal) });
    }
  }
  return cells;
}

function readWifi(fields: readonly string[]): Wifi[] {
  return fields
    .flatMap((field, n) =>
      macPattern.test(field.trim()) ? [{ mac: field.trim().toLowerCase(), ...signalOf(fields[n + 1]) }] : [],
    )
    .slice(0, maxRadioStations);
}

function readWhole(text: string | undefined, maximum: number, isHex: boolean): number | undefined {
  if (text === undefined || !(isHex ? /^[0-9a-f]{1,9}$/i : /^\d{1,11}$/).test(text.trim())) return undefined;
  const value = Number.parseInt(text, isHex ? 16 : 10);
  return value <= maximum ? value : undefined;
}

function signalOf(text: string | undefined): { signal?: number } {
  const signal = readNumber(text, -200, 255);
  return signal !== undefined && Number.isInteger(signal) ? { signal } : {};
}
