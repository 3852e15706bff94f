import { type Static, Type } from 'typebox';
import { EventKind, factsOf } from '#contracts/event-kinds.ts';
import { objectOf } from '#contracts/record-body.ts';
import { Timestamp } from '#contracts/time.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Observation } from '../adapter.ts';
import { repeatMs } from './config.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'http';

/** An event as another system posts it. */
export const WebhookEvent = objectOf({
  /** Identity of the device at the sender; its address is `http:<device>`. */
  device: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
  kind: EventKind,
  action: Type.Enum(['trigger', 'resolve']),
  /** Names one occurrence: its trigger and its resolve carry the same. */
  dedupKey: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._:-]{1,48}$' })),
  observedAt: Type.Optional(Timestamp),
  text: Type.Optional(Type.String({ maxLength: 256 })),
});
export type WebhookEvent = Static<typeof WebhookEvent>;

const validate = createValidator(WebhookEvent);

/** Reads a body, or says what is wrong with it and where. */
export function readWebhookEvent(
  body: Buffer,
): { ok: true; event: WebhookEvent } | { ok: false; path: string; message: string } {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return { ok: false, path: '', message: 'expected one JSON object' };
  }
  const checked = validate(json);
  if (!checked.ok) return { ok: false, path: checked.path, message: `expected ${checked.expected}` };
  const { kind, action } = checked.value;
  if (action === 'resolve' && !factsOf(kind).hasEnd) {
    return { ok: false, path: '/action', message: `${kind} has no end: only trigger is accepted` };
  }
  return { ok: true, event: checked.value };
}

/**
 * What an event says. A trigger ends the resolve before it and a resolve the trigger, so that an occurrence that begins
 * anew is a new alarm; with `observedAt` each is known by its own instant and ends nothing.
 */
export function observationOf(
  { device, kind, action, dedupKey, observedAt, text }: WebhookEvent,
  { now, signature }: { now: number; signature: string },
): Observation {
  const at = observedAt === undefined ? undefined : Date.parse(observedAt);
  const keyOf = (what: string) => `${what} ${kind} ${dedupKey}${at === undefined ? '' : ' at'}`.slice(0, 96);
  const ofOccurrence: Pick<Observation, 'origin' | 'near'> =
    at === undefined
      ? { near: { key: keyOf(action), at: now, withinMs: repeatMs } }
      : { origin: { key: keyOf(action), at } };
  const identity = dedupKey === undefined ? { origin: { key: signature } } : ofOccurrence;
  const ends = dedupKey !== undefined && at === undefined;
  return {
    device: `${protocol}:${device}`,
    ...identity,
    ...(ends && { ends: keyOf(action === 'trigger' ? 'resolve' : 'trigger') }),
    ...(at !== undefined && at >= 0 && { observedAt: at }),
    body: {
      type: 'event',
      kind,
      ...(action === 'resolve' && { active: false }),
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
      ...(text !== undefined && { text: text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ') }),
    },
  };
}
