import type { Static, TObject } from 'typebox';
import { loadSettings } from '#runtime/settings.ts';
import type { Adapter, AdapterContext, AdapterFactory, AdapterSettings } from './adapter.ts';
import { gb26875Settings } from './gb26875/config.ts';
import { hikvisionSettings } from './hikvision-isapi/config.ts';
import { httpSettings } from './http/config.ts';
import { watch3gSettings } from './watch-3g/config.ts';
import { zigbee2mqttSettings } from './zigbee2mqtt/config.ts';

/** Every device protocol, a line each. The code of an adapter is loaded only where it is enabled. */
export const adapters: readonly AdapterDefinition[] = [
  define(watch3gSettings, async () => (await import('./watch-3g/watch-3g.ts')).createWatch3gAdapter),
  define(gb26875Settings, async () => (await import('./gb26875/gb26875.ts')).createGb26875Adapter),
  define(
    hikvisionSettings,
    async () => (await import('./hikvision-isapi/hikvision-isapi.ts')).createHikvisionAdapter,
  ),
  define(
    zigbee2mqttSettings,
    async () => (await import('./zigbee2mqtt/zigbee2mqtt.ts')).createZigbee2mqttAdapter,
  ),
  define(httpSettings, async () => (await import('./http/http.ts')).createHttpAdapter),
];

/** An adapter as the agent knows it before it is created. */
export interface AdapterDefinition {
  readonly settings: AdapterSettings;
  /**
   * Reads its settings from environment names and creates it.
   *
   * @returns Undefined where its settings say not to listen.
   * @throws {RuntimeError} for a wrong setting or a taken port, naming the setting.
   */
  create(context: AdapterContext, env: Record<string, string | undefined>): Promise<Adapter | undefined>;
}

/** Creates every enabled adapter, one after another, each with a context of its own. */
export async function* createAdapters(
  contextOf: (protocol: string) => AdapterContext,
  env: Record<string, string | undefined>,
  definitions: readonly AdapterDefinition[] = adapters,
): AsyncGenerator<{ protocol: string; portName: string; adapter: Adapter }> {
  for (const { settings, create } of definitions) {
    const { protocol } = settings;
    const adapter = await create(contextOf(protocol), env);
    if (adapter) yield { protocol, portName: portNameOf(settings), adapter };
  }
}

/** Names an adapter's port in what the agent is ready with, e.g. `gb26875Port` for `EDGE_GB26875_PORT`. */
function portNameOf({ part }: AdapterSettings): string {
  return `${part.slice('EDGE_'.length).toLowerCase()}Port`;
}

/** Joins an adapter's settings and its code. */
export function define<S extends TObject>(
  settings: AdapterSettings<S>,
  load: () => Promise<AdapterFactory<Static<S>>>,
): AdapterDefinition {
  return {
    settings,
    create: async (context, env) => {
      const loaded = loadSettings(settings, env);
      if (!settings.isEnabled(loaded)) return undefined;
      const create = await load();
      return create({ ...context, settings: loaded });
    },
  };
}
