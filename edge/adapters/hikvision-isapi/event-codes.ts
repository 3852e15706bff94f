import { accessCodes } from './access-codes.ts';
import { alarmCodes } from './alarm-codes.ts';
import { type CodeMeaning, type CodeTable, event } from './code-meaning.ts';
import { exceptionCodes } from './exception-codes.ts';

/** Major type of alarms: one whose code is not known is an alarm all the same. */
export const alarmMajor = 1;

/**
 * Major type 3, operations. A door station sends 3/1024 at a press of its bell, an access controller where its
 * door was opened from afar: nobody is known to have come in at either.
 */
const operationCodes: CodeTable = [[0x400, event('doorbell')]];

/**
 * Meanings by `major/sub`, decimal as in JSON, of Hikvision access terminals (HCNetSDK). Another family of
 * devices numbers its events otherwise and needs a table of its own.
 */
export const eventCodes: ReadonlyMap<string, CodeMeaning> = new Map(
  [
    [alarmMajor, alarmCodes] as const,
    [2, exceptionCodes] as const,
    [3, operationCodes] as const,
    [5, accessCodes] as const,
  ].flatMap(([major, table]) => table.map(([code, meaning]) => [`${major}/${code}`, meaning] as const)),
);

/** Codes that only echo another: the lock's relay, and the exit button's release. */
export const echoCodes: ReadonlySet<string> = new Set(['5/21', '5/22', '5/24']);

/** The terminal's own heartbeat among its events. */
export const heartbeatCode = '5/131';
/** A card the terminal does not know: its last digits are all there is to find it by. */
export const unknownCardCode = '5/9';
/** The door contact closes, which ends a door held open. */
export const doorClosedCode = '5/26';
/** Pressed at a door station; at an access controller, which numbers its events, opened from afar. */
export const doorbellOrRemoteCode = '3/1024';
