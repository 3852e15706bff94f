import type { Position } from '#contracts/record-body.ts';

/** What a location record says; absent is what it lacks, or says wrongly. */
export interface LocationRecord {
  /** The watch's clock, epoch ms. */
  observedAt?: number;
  /** A satellite fix; never a V record's last or zero position. */
  position?: Position;
  speedKmh?: number;
  signalPercent?: number;
  batteryPercent?: number;
  steps?: number;
  rolls?: number;
  /** 32 bits: low half states, high half alarms. */
  status?: number;
}

const statusIndex = 15;
const statusPattern = /^[0-9a-f]{8}$/i;

/**
 * Reads a location record field by field, so that one bad field spares the rest.
 *
 * @param fields What follows the command: `ddmmyy,hhmmss,A|V,lat,N|S,lon,E|W,km/h,course,altitude,satellites,
 * GSM,battery,steps,rolls,STATUS,…`.
 * @param isCut The frame was cut short, so its last field may be half a field.
 */
export function readLocation(fields: string[], isCut = false): LocationRecord {
  const whole = isCut ? fields.slice(0, -1) : fields;
  const position = readPosition(whole);
  const record: LocationRecord = {
    observedAt: readTime(whole[0], whole[1]),
    position,
    speedKmh: position && readNumber(whole[7], 0, 400),
    signalPercent: readNumber(whole[11], 0, 100),
    batteryPercent: readNumber(whole[12], 0, 100),
    steps: readNumber(whole[13], 0, 200_000),
    rolls: readNumber(whole[14], 0, 1_000_000),
    status: readStatus(whole),
  };
  return record;
}

/** A decimal number between two bounds; undefined for anything else. */
export function readNumber(text: string | undefined, minimum: number, maximum: number): number | undefined {
  if (text === undefined || !/^\s*-?\d+(\.\d*)?\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value >= minimum && value <= maximum ? value : undefined;
}

/** `ddmmyy` and `hhmmss` in UTC. */
function readTime(date: string | undefined, time: string | undefined): number | undefined {
  const digits = `${date?.trim()}${time?.trim()}`;
  if (!/^\d{12}$/.test(digits)) return undefined;
  const pair = (at: number) => Number(digits.slice(at, at + 2));
  const [day, month, year, hour, minute, second] = [pair(0), pair(2), pair(4), pair(6), pair(8), pair(10)];
  const epochMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  const written = new Date(epochMs).toISOString().slice(2, 19).replaceAll(/\D/g, '');
  return written === `${digits.slice(4, 6)}${digits.slice(2, 4)}${digits.slice(0, 2)}${digits.slice(6)}`
    ? epochMs
    : undefined;
}

function readPosition(fields: string[]): Position | undefined {
  if (fields[2]?.trim() !== 'A') return undefined;
  const latitude = readCoordinate(fields[3], fields[4], 90);
  const longitude = readCoordinate(fields[5], fields[6], 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (latitude === 0 && longitude === 0) return undefined;
  const accuracyM = readAccuracy(fields);
  return { latitude, longitude, ...(accuracyM !== undefined && { accuracyM }), source: 'gnss' };
}

/** Decimal degrees; a negative number may carry a hemisphere as well, which then changes nothing. */
function readCoordinate(text: string | undefined, hemisphere: string | undefined, limit: number) {
  const degrees = readNumber(text, -limit, limit);
  if (degrees === undefined) return undefined;
  return /^[SW]$/.test(hemisphere?.trim() ?? '') ? -Math.abs(degrees) : degrees;
}

/** 0 means unknown. Trusted only where the counts of cells and Wi-Fi lead exactly to the last field. */
function readAccuracy(fields: string[]): number | undefined {
  const cells = readNumber(fields[statusIndex + 1], 0, 100);
  if (cells === undefined) return undefined;
  // Without cells the timing advance, MCC and MNC are left out as well.
  const wifiIndex = cells === 0 ? statusIndex + 2 : statusIndex + 5 + cells * 3;
  const wifi = readNumber(fields[wifiIndex], 0, 100);
  if (wifi === undefined || wifiIndex + 1 + wifi * 3 !== fields.length - 1) return undefined;
  return readNumber(fields.at(-1), 0.000001, 100_000);
}

/** STATUS where it belongs, else the first field of its form: a missing field before it must not hide an alarm. */
function readStatus(fields: string[]): number | undefined {
  const inPlace = fields[statusIndex]?.trim() ?? '';
  const text = statusPattern.test(inPlace)
    ? inPlace
    : fields.slice(3).find((field) => statusPattern.test(field.trim()));
  return text === undefined ? undefined : Number.parseInt(text, 16);
}
