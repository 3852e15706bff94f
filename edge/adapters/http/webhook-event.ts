import { type Static, Type } from 'typebox';
import { EventKind, factsOf } from '#contracts/facts/event-kinds.ts';
import { objectOf } from '#contracts/schema.ts';
import { Timestamp } from '#contracts/time.ts';
import { type Checked, createValidator, type Mismatch } from '#contracts/validate.ts';
import type { Observation } from '../adapter.ts';
import { parseDeviceJson } from '../json-of-devices.ts';
import { protocol, repeatMs } from './config.ts';

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
const { dedupKey, observedAt } = WebhookEvent.properties;
/** Fields an alarm goes on without, by name. */
const optional = new Map<string, (value: unknown) => Checked<unknown>>([
  ['dedupKey', createValidator(objectOf({ dedupKey }))],
  ['observedAt', createValidator(objectOf({ observedAt }))],
]);
const maxTextLength = 256;
/** Most dropped fields that an answer names. */
const maxDropped = 16;

/** A body that was read, with what it goes on without; or what is wrong with it and where. */
export type ReadWebhook =
  | { ok: true; event: WebhookEvent; dropped: Mismatch[] }
  | { ok: false; path: string; message: string };

/**
 * Reads a body. A field that nobody knows, or an optional one that cannot be read, costs itself alone: the alarm beside
 * it goes on.
 */
export function readWebhookEvent(body: Buffer): ReadWebhook {
  const json = parse(body);
  if (!json) return { ok: false, path: '/', message: 'expected one JSON object' };
  const dropped: Mismatch[] = [];
  const drop = (name: string, expected: string) => {
    if (dropped.length < maxDropped) dropped.push({ path: `/${name.slice(0, 48)}`, expected });
  };
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const check = optional.get(name);
    const checked = check?.({ [name]: value });
    if (!Object.hasOwn(WebhookEvent.properties, name)) drop(name, 'no such field');
    else if (checked && !checked.ok) drop(name, checked.expected);
    else if (name !== 'text') fields[name] = value;
    else if (typeof value !== 'string') drop(name, 'a text');
    else {
      if (value.length > maxTextLength) drop(name, `at most ${maxTextLength} characters: cut`);
      fields.text = value.slice(0, maxTextLength).toWellFormed();
    }
  }
  const checked = validate(fields);
  if (!checked.ok) return { ok: false, path: checked.path, message: `expected ${checked.expected}` };
  const { kind, action } = checked.value;
  if (action === 'resolve' && !factsOf(kind).hasEnd) {
    return { ok: false, path: '/action', message: `${kind} has no end: only trigger is accepted` };
  }
  return { ok: true, event: checked.value, dropped };
}

function parse(body: Buffer): object | undefined {
  try {
    const json: unknown = parseDeviceJson(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    // The caller answers what was expected, and says so in the log.
    return undefined;
  }
}

/** An alarm that the gateway fails to store in its own form: where it came from, for a person to look. */
export function unreadableOf({ device, kind }: WebhookEvent, signature: string): Observation {
  return {
    device: `${protocol}:${device}`,
    origin: { key: `unreadable ${signature}`.slice(0, 96) },
    body: {
      type: 'event',
      kind: 'unreadable-alarm',
      text: `${kind} by webhook`,
      unreadable: { reason: 'the event cannot be stored' },
    },
  };
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
