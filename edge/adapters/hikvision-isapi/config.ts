import { type Static, Type } from 'typebox';
import { port } from '#runtime/settings.ts';
import { adapterSettings } from '../adapter.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'hikvision-isapi';

/** Settings of the access terminal adapter. */
export const hikvisionSettings = adapterSettings({
  protocol,
  devices: 'access terminals',
  network: 'site',
  isEnabled: ({ token }) => token !== undefined,
  part: 'EDGE_HIKVISION',
  schema: Type.Object({
    host: Type.String({ default: '127.0.0.1', description: 'Address the terminals post to.' }),
    port: port(8780, 'HTTP port the terminals post to; 0 takes a free one.'),
    token: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{16,128}$',
        description:
          'Secret last part of the path /isapi/<token> that the terminals post to; without it the adapter does not listen.',
      }),
    ),
    allowedSources: Type.String({
      default: '',
      pattern: '^([0-9a-fA-F.:]+(/[0-9]{1,3})?(,[0-9a-fA-F.:]+(/[0-9]{1,3})?)*)?$',
      description: 'Addresses or networks terminals post from, separated by commas; empty allows any.',
    }),
    terminalsFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'JSON file with address and sign-in of the terminals whose doors may be opened: {"terminals": {"<mac>": {"url", "username", "password"}}}; without it no door is opened.',
      }),
    ),
    maxConnections: Type.Integer({
      default: 500,
      minimum: 1,
      maximum: 10_000,
      description:
        'Most connections at once; one more closes one that has not identified itself, else it is refused.',
    }),
    maxBodyBytes: Type.Integer({
      default: 10_485_760,
      minimum: 65_536,
      maximum: 104_857_600,
      description:
        'Bytes of a request body that are looked at; most of it is a picture, and what lies beyond is passed over.',
    }),
  }),
});
export type HikvisionSettings = Static<typeof hikvisionSettings.schema>;

/** Longest event message, in bytes; pictures do not count. */
export const maxEventBytes = 65_536;
/** Shortest time between two keep-alive records of one door, ms. */
export const keepAliveIntervalMs = 60_000;
