import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { objectOf } from '#contracts/schema.ts';

const Payload = Type.Unknown();

/** What happens in a case, one thing after another. */
const Step = Type.Union([
  /** A PUBLISH of Zigbee2MQTT below its base topic; `payload` is sent as JSON, `text` as it stands. */
  objectOf({
    zigbee: Type.String(),
    payload: Type.Optional(Payload),
    text: Type.Optional(Type.String()),
    retain: Type.Optional(Type.Literal(true)),
  }),
  /** From now on Zigbee2MQTT answers what it is asked on `bridge/request/…` with this status. */
  objectOf({ bridgeAnswers: Type.Enum(['ok', 'error']) }),
  /** The content of a frame of a watch; `{now}` and `{now-20}` become its clock, seconds from ours. */
  objectOf({ watch: Type.String(), id: Type.Optional(Type.String()) }),
  /** A frame of a fire panel, in hexadecimal digits. */
  objectOf({ panel: Type.String() }),
  /** A message of an access terminal. */
  objectOf({ terminal: Payload, contentType: Type.Optional(Type.String()) }),
  /** An event that another system posts to the webhook. */
  objectOf({ webhook: Payload }),
  /** Time passes, in seconds. */
  objectOf({ after: Type.Number({ minimum: 0 }) }),
  /** The guard does this to the newest incident of a kind that is open. */
  objectOf({ guard: Type.Enum(['acknowledges', 'resolves']), kind: Type.String() }),
  objectOf({ restart: Type.Literal('agent') }),
  /** From now on the agent sends as this gateway: it was put in another's place. */
  objectOf({ speaksAs: Type.Enum(['gw1', 'gw2']) }),
  /** All incidents so far, oldest first, each with at least these fields. */
  objectOf({ incidents: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
]);

const FieldCase = objectOf({
  /** What it stands for, in one line. */
  about: Type.String({ minLength: 20 }),
  /** Kinds that the case does not look at. */
  aside: Type.Optional(Type.Array(Type.String())),
  steps: Type.Array(Step, { minItems: 2 }),
});
export type FieldCase = Type.Static<typeof FieldCase>;
export type FieldStep = Type.Static<typeof Step>;

/** Reads `<case>/case.json` of every folder. @throws {Error} naming the file whose content is no case. */
export function readFieldCases(folder: string): (FieldCase & { name: string })[] {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => {
    const file = join(folder, name, 'case.json');
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const [fault] = Value.Errors(FieldCase, json);
    if (fault) throw new Error(`${file}: ${fault.instancePath} ${fault.message}`);
    return { name, ...(json as FieldCase) };
  });
}
