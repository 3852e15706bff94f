import { type Static, Type } from 'typebox';
import { port } from '#runtime/settings.ts';
import { adapterSettings } from '../adapter.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'http';

/** Settings of the webhook by which other systems tell of events. */
export const httpSettings = adapterSettings({
  protocol,
  devices: 'webhook',
  network: 'site',
  isEnabled: ({ secret }) => secret !== undefined,
  part: 'EDGE_HTTP',
  schema: Type.Object({
    host: Type.String({ default: '127.0.0.1', description: 'Address other systems post events to.' }),
    port: port(8781, 'HTTP port other systems post events to; 0 takes a free one.'),
    secret: Type.Optional(
      Type.String({
        minLength: 32,
        description: 'Shared secret that events are signed with; without it the adapter does not listen.',
      }),
    ),
    maxConnections: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 10_000,
      description:
        'Most connections at once; one more closes one that has not identified itself, else it is refused.',
    }),
    maxEventsPerMinute: Type.Integer({
      default: 600,
      minimum: 1,
      maximum: 100_000,
      description: 'Most signed events in a minute; more are answered with 429.',
    }),
  }),
});
export type HttpSettings = Static<typeof httpSettings.schema>;

/** Longest body, in bytes. */
export const maxBodyBytes = 16_384;
/** A signature's time may differ from the gateway's by this, ms. */
export const replayWindowMs = 300_000;
/** Most signatures remembered within the replay window; beyond, the oldest is forgotten. */
export const maxSignatures = 10_000;
/** Without `observedAt`, the same dedupKey within this is a repeat, ms. */
export const repeatMs = 600_000;
