import type { Position, Radio } from '#contracts/record-body.ts';
import { readRadio } from './radio.ts';
import { readNumber } from './read-number.ts';

/** STATUS: low half states, high half alarms. */
export interface WatchStatus {
  bits: number;
  /** Digits as written: older firmware has four, of which no maker tells the meaning. */
  digits: 4 | 8;
}

/** What a location record says; absent is what it lacks, or says wrongly. */
export interface LocationRecord {
  /** The watch's clock, epoch ms. */
  observedAt?: number;
  /** A satellite fix. */
  position?: Position;
  /** Where a watch without a fix says that it last was. */
  lastPlace?: Position;
  /** What a watch without a fix hears around it. */
  radio?: Radio;
  speedKmh?: number;
  signalPercent?: number;
  batteryPercent?: number;
  steps?: number;
  rolls?: number;
  status?: WatchStatus;
}

/** Most steps or rolls read: many watches never begin anew. */
export const maxCounted = 100_000_000;

const statusIndex = 15;
/** STATUS of a record that lacks or has a field too many; behind these stand cells, whose numbers look the same. */
const shiftedStatus = [3, 18] as const;
const statusPattern = /^[0-9a-f]{8}$/i;
const shortStatusPattern = /^[0-9a-f]{4}$/i;

/**
 * Reads a location record field by field, so that one bad field spares the rest.
 *
 * @param fields What follows the command: `ddmmyy,hhmmss,A|V,lat,N|S,lon,E|W,km/h,course,altitude,satellites,
 * GSM,battery,steps,rolls,STATUS,…`.
 * @param isCut The frame was cut short, so its last field may be half a field.
 */
export function readLocation(fields: string[], isCut = false): LocationRecord {
  const whole = isCut ? fields.slice(0, -1) : fields;
  const place = readPlace(whole);
  const isFix = whole[2]?.trim() === 'A' && place !== undefined;
  return {
    observedAt: readTime(whole[0], whole[1]),
    ...(isFix
      ? { position: place, speedKmh: readNumber(whole[7], 0, 400) }
      : {
          lastPlace: place && { ...place, lastKnown: true },
          radio: readRadio(whole.slice(statusIndex + 1)),
        }),
    signalPercent: readNumber(whole[11], 0, 100),
    batteryPercent: readNumber(whole[12], 0, 100),
    steps: readNumber(whole[13], 0, maxCounted),
    rolls: readNumber(whole[14], 0, maxCounted),
    status: readStatus(whole),
  };
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

function readPlace(fields: string[]): Position | undefined {
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
function readStatus(fields: string[]): WatchStatus | undefined {
  const inPlace = fields[statusIndex]?.trim() ?? '';
  const text = statusPattern.test(inPlace)
    ? inPlace
    : fields.slice(...shiftedStatus).find((field) => statusPattern.test(field.trim()));
  if (text !== undefined) return { bits: Number.parseInt(text, 16), digits: 8 };
  return shortStatusPattern.test(inPlace) ? { bits: Number.parseInt(inPlace, 16), digits: 4 } : undefined;
}
