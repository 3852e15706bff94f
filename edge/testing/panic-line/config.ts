import { type Static, Type } from 'typebox';
import { durationMs, port } from '#runtime/settings.ts';
import { adapterSettings } from '../../adapters/adapter.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'panic-line';

/** Settings of the panic line adapter. */
export const panicLineSettings = adapterSettings({
  protocol,
  devices: 'panic lines',
  network: 'site',
  isEnabled: ({ enabled }) => enabled,
  part: 'EDGE_PANICLINE',
  schema: Type.Object({
    enabled: Type.Boolean({ default: true, description: 'Listen for panic lines.' }),
    host: Type.String({ default: '127.0.0.1', description: 'Address the lines connect to.' }),
    port: port(5300, 'TCP port the lines connect to; 0 takes a free one.'),
    maxConnections: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 10_000,
      description: 'Most lines connected at once.',
    }),
    idleTimeoutMs: durationMs(300_000, 1000, 86_400_000, 'Silence after which a connection is closed'),
  }),
});
export type PanicLineSettings = Static<typeof panicLineSettings.schema>;
