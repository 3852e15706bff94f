import type { EventKind } from '#contracts/facts/event-kinds.ts';
import type { Credential } from '#contracts/record-body.ts';

/** What one code of a terminal means. */
export interface CodeMeaning {
  kind: EventKind;
  /** Said by codes that begin or end a condition. */
  active?: boolean;
  /** Which of several conditions of one kind begins or ends, e.g. the tampering of the reader. */
  condition?: string;
  /** What was presented at the gate. */
  means?: Credential['means'];
  /** What the code is called, for kinds whose own name does not say it. */
  text?: string;
}

/** Codes of one major type with their meanings. */
export type CodeTable = ReadonlyArray<readonly [code: number, meaning: CodeMeaning]>;

/** Somebody was let through. */
export const granted = (means: Credential['means']): CodeMeaning => ({ kind: 'access-granted', means });
/** Somebody was not let through. */
export const denied = (means: Credential['means']): CodeMeaning => ({ kind: 'access-denied', means });
/** A condition begins. */
export const begin = (kind: EventKind, condition?: string): CodeMeaning => ({
  kind,
  active: true,
  ...(condition && { condition }),
});
/** A condition ends. */
export const end = (kind: EventKind, condition?: string): CodeMeaning => ({
  kind,
  active: false,
  ...(condition && { condition }),
});
/** Something happened that has no end. */
export const event = (kind: EventKind, text?: string): CodeMeaning => ({ kind, ...(text && { text }) });
/** The state of a device, which alarms nobody. */
export const info = (text: string): CodeMeaning => ({ kind: 'device-info', text });
/** A code that begins a condition, and the code that ends it. */
export const pair = (from: number, to: number, kind: EventKind, condition?: string): CodeTable => [
  [from, begin(kind, condition)],
  [to, end(kind, condition)],
];
