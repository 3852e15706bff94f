import { type Static, Type } from 'typebox';
import { durationMs, port } from '#runtime/settings.ts';
import { adapterSettings } from '../adapter.ts';
import { profileNames } from './profiles.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'gb26875';

/** Settings of the fire panel adapter. */
export const gb26875Settings = adapterSettings({
  protocol,
  devices: 'fire panels',
  network: 'site',
  isEnabled: ({ enabled }) => enabled,
  part: 'EDGE_GB26875',
  schema: Type.Object({
    enabled: Type.Boolean({
      default: true,
      description: 'Listen for fire panel transmitters of GB/T 26875.3-2011.',
    }),
    host: Type.String({ default: '127.0.0.1', description: 'Address the transmitters connect to.' }),
    port: port(26_875, 'TCP port the transmitters connect to; 0 takes a free one.'),
    maxConnections: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 10_000,
      description:
        'Most transmitters connected at once; one more closes one that has not identified itself, else it is refused.',
    }),
    idleTimeoutMs: durationMs(
      300_000,
      1000,
      86_400_000,
      'Silence after which a connection is closed; transmitters send a heartbeat every 5 to 30 s',
    ),
    profile: Type.Enum([...profileNames], {
      default: 'automatic',
      description:
        'How panels go beyond the standard: automatic answers registers, keep-alives and time requests of makers, standard denies them.',
    }),
    sourceProfiles: Type.String({
      default: '',
      pattern: '^([0-9a-fA-F]{12}=[a-z-]+(,[0-9a-fA-F]{12}=[a-z-]+)*)?$',
      description:
        'Profiles of single panels by source address: <12 hexadecimal digits>=<profile>, separated by commas.',
    }),
  }),
});
export type Gb26875Settings = Static<typeof gb26875Settings.schema>;

/** Shortest time between two keep-alive records of one panel, ms. */
export const keepAliveIntervalMs = 60_000;
