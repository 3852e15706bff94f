import { type Static, Type } from 'typebox';
import { durationMs, port } from '#runtime/settings.ts';
import { adapterSettings } from '../adapter.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'watch-3g';

/** Settings of the wearable adapter. */
export const watch3gSettings = adapterSettings({
  protocol,
  devices: 'wearables',
  network: 'mobile',
  isEnabled: ({ enabled }) => enabled,
  part: 'EDGE_WATCH3G',
  schema: Type.Object({
    enabled: Type.Boolean({ default: true, description: 'Listen for wearables of the 3G watch protocol.' }),
    host: Type.String({ default: '127.0.0.1', description: 'Address the wearables connect to.' }),
    port: port(5093, 'TCP port the wearables connect to; 0 takes a free one.'),
    maxConnections: Type.Integer({
      default: 2000,
      minimum: 1,
      maximum: 50_000,
      description:
        'Most wearables connected at once; one more closes one that has not identified itself, else it is refused.',
    }),
    idleTimeoutMs: durationMs(
      1_200_000,
      1000,
      86_400_000,
      'Silence after which a connection is closed; a watch at rest speaks every 5 to 8 minutes',
    ),
    maxFrameBytes: Type.Integer({
      default: 65_536,
      minimum: 1024,
      maximum: 1_048_576,
      description: 'Longest frame read, in bytes; a longer one (a picture, a voice message) is dropped.',
    }),
    profiles: Type.String({
      default: '',
      pattern: '^([A-Za-z0-9]{2,20}=[a-z0-9-]+(,[A-Za-z0-9]{2,20}=[a-z0-9-]+)*)?$',
      description:
        'Alarm bit profiles that differ from `default`: manufacturer or watch id = profile, e.g. `ZJ=removal-19`.',
    }),
  }),
});
export type Watch3gSettings = Static<typeof watch3gSettings.schema>;

/** Shortest time between two keep-alive records of one watch, ms; a new watch sends LK every minute. */
export const keepAliveIntervalMs = 30_000;
