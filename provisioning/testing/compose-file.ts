import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { parse } from 'yaml';
import { createValidator } from '#contracts/validate.ts';

const strings = Type.Array(Type.String());
const text = Type.String({ minLength: 1 });
const closed = { additionalProperties: false } as const;

/** A service, with the attributes of the Compose Specification that we use and no others: a typing error is found. */
const Service = Type.Object(
  {
    image: text,
    build: Type.Optional(Type.Object({ context: text, dockerfile: text }, closed)),
    profiles: Type.Optional(strings),
    entrypoint: Type.Optional(strings),
    command: Type.Optional(strings),
    user: text,
    group_add: Type.Optional(strings),
    restart: Type.Enum(['no', 'unless-stopped']),
    read_only: Type.Literal(true),
    cap_drop: Type.Tuple([Type.Literal('ALL')]),
    security_opt: Type.Tuple([Type.Literal('no-new-privileges:true')]),
    tmpfs: strings,
    stop_grace_period: text,
    logging: Type.Object({ driver: text, options: Type.Record(text, text) }, closed),
    pids_limit: Type.Integer({ minimum: 1 }),
    cpus: Type.Number({ minimum: 0.1 }),
    mem_limit: Type.String({ pattern: '^[0-9]+[mg]$' }),
    depends_on: Type.Optional(
      Type.Record(
        text,
        Type.Object({ condition: Type.Enum(['service_healthy', 'service_completed_successfully']) }, closed),
      ),
    ),
    environment: Type.Record(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), Type.String()),
    secrets: Type.Optional(strings),
    volumes: Type.Optional(strings),
    networks: strings,
    ports: Type.Optional(strings),
    healthcheck: Type.Union([
      Type.Object({ disable: Type.Literal(true) }, closed),
      Type.Object(
        {
          test: strings,
          interval: text,
          timeout: text,
          retries: Type.Integer({ minimum: 1 }),
          start_period: text,
          start_interval: Type.Optional(text),
        },
        closed,
      ),
    ]),
  },
  closed,
);
export type Service = Static<typeof Service>;

const ComposeFile = Type.Object(
  {
    name: text,
    services: Type.Record(text, Service),
    networks: Type.Record(text, Type.Unknown()),
    volumes: Type.Record(text, Type.Unknown()),
    secrets: Type.Record(text, Type.Object({ file: text }, closed)),
  },
  closed,
);
export type ComposeFile = Static<typeof ComposeFile>;

/** Reads `compose.yaml`, with its anchors merged. @throws {Error} naming what is not as the schema says. */
export function readComposeFile(): ComposeFile {
  const file = parse(readFileSync(join(import.meta.dirname, '../compose/compose.yaml'), 'utf8'), {
    merge: true,
  });
  const used = Object.fromEntries(Object.entries(file).filter(([name]) => !name.startsWith('x-')));
  const checked = createValidator(ComposeFile)(used);
  if (!checked.ok) throw new Error(`compose.yaml: ${checked.path} ${checked.expected}`);
  return checked.value;
}
