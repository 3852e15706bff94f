import type { EventKind } from '#contracts/event-kinds.ts';
import type { Credential } from '#contracts/record-body.ts';

/** What one code of a terminal means. */
export interface CodeMeaning {
  kind: EventKind;
  /** Said by codes that begin or end a condition. */
  active?: boolean;
  /** What was presented at the gate. */
  means?: Credential['means'];
}

const granted = (means: Credential['means']): CodeMeaning => ({ kind: 'access-granted', means });
const denied = (means: Credential['means']): CodeMeaning => ({ kind: 'access-denied', means });
const begin = (kind: EventKind): CodeMeaning => ({ kind, active: true });
const end = (kind: EventKind): CodeMeaning => ({ kind, active: false });
const event = (kind: EventKind): CodeMeaning => ({ kind });

/**
 * Meanings by `major/sub`, decimal as in JSON, of Hikvision access terminals (HCNetSDK). Another family of
 * devices numbers its events otherwise and needs a table of its own.
 */
export const eventCodes: Readonly<Record<string, CodeMeaning>> = {
  '1/1028': begin('tamper'),
  '1/1029': end('tamper'),
  '1/1030': begin('tamper'),
  '1/1031': end('tamper'),
  '1/1032': event('generic-alarm'),
  '1/1033': event('device-info'),
  '1/1034': event('duress'),
  '1/1036': event('access-failures'),
  '1/1045': begin('fire-input'),
  '1/1046': begin('fire-input'),
  '1/1047': end('fire-input'),
  '1/1048': begin('manual-call-point'),
  '1/1049': end('manual-call-point'),
  '1/1052': begin('emergency-button'),
  '1/1053': end('emergency-button'),
  '1/1062': event('vitals-abnormal'),
  '1/1063': event('device-info'),
  '1/1064': event('vitals-abnormal'),
  '1/1065': event('device-info'),
  '1/1066': event('vitals-abnormal'),
  '1/1067': event('device-info'),
  '1/1068': event('vitals-abnormal'),
  '1/1069': event('device-info'),
  '1/1084': event('fall'),
  '1/1085': event('device-info'),
  '1/2386': event('door-forced'),
  '1/2391': begin('door-held-open'),
  '1/2392': event('device-info'),
  '1/4168': begin('emergency-button'),
  '1/4169': end('emergency-button'),
  '1/4184': begin('water-leak'),
  '1/4185': end('water-leak'),
  '1/4200': begin('gas'),
  '1/4201': end('gas'),
  '1/4208': begin('fire'),
  '1/4209': end('fire'),
  '2/39': begin('link-fault'),
  '3/1024': granted('remote'),
  '5/1': granted('card'),
  '5/2': granted('combined'),
  '5/6': denied('unknown'),
  '5/7': denied('unknown'),
  '5/8': denied('unknown'),
  '5/9': denied('card'),
  '5/10': denied('unknown'),
  '5/16': granted('combined'),
  '5/19': begin('always-open'),
  '5/20': end('always-open'),
  '5/23': event('exit-button'),
  '5/25': event('door-opened'),
  '5/26': event('door-closed'),
  '5/27': event('door-forced'),
  '5/28': begin('door-held-open'),
  '5/31': begin('always-closed'),
  '5/32': end('always-closed'),
  '5/37': event('doorbell'),
  '5/38': granted('fingerprint'),
  '5/39': denied('fingerprint'),
  '5/51': event('doorbell'),
  '5/52': begin('fire-release'),
  '5/53': end('fire-release'),
  '5/60': granted('combined'),
  '5/75': granted('face'),
  '5/76': denied('face'),
  '5/80': denied('unknown'),
  '5/113': denied('unknown'),
  '5/133': event('tailgating'),
  '5/134': event('tailgating'),
  '5/135': event('door-forced'),
  '5/136': event('tailgating'),
  '5/151': denied('pin'),
  '5/153': granted('combined'),
};

/** Codes that only echo another: the lock's relay, and the exit button's release. */
export const echoCodes: ReadonlySet<string> = new Set(['5/21', '5/22', '5/24']);

/** Major type of alarms: one whose code is not known is an alarm all the same. */
export const alarmMajor = 1;
/** A card the terminal does not know: its last digits are all there is to find it by. */
export const unknownCardCode = '5/9';
/** The door contact closes, which ends a door held open. */
export const doorClosedCode = '5/26';
