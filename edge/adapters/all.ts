import type { Static, TObject } from 'typebox';
import { loadSettings, type SettingsSchema } from '#runtime/settings.ts';
import type { Adapter, AdapterContext, AdapterFactory } from './adapter.ts';
import { gb26875Settings } from './gb26875/config.ts';
import { createGb26875Adapter } from './gb26875/gb26875.ts';
import { hikvisionSettings } from './hikvision-isapi/config.ts';
import { createHikvisionAdapter } from './hikvision-isapi/hikvision-isapi.ts';
import { httpSettings } from './http/config.ts';
import { createHttpAdapter } from './http/http.ts';
import { watch3gSettings } from './watch-3g/config.ts';
import { createWatch3gAdapter } from './watch-3g/watch-3g.ts';
import { zigbee2mqttSettings } from './zigbee2mqtt/config.ts';
import { createZigbee2mqttAdapter } from './zigbee2mqtt/zigbee2mqtt.ts';

/** A device protocol as the agent opens it. */
export interface InstalledAdapter {
  settings: SettingsSchema;
  /**
   * Reads its settings from environment names and listens.
   *
   * @returns Undefined where its settings say not to listen.
   * @throws {RuntimeError} for a wrong setting or a taken port, naming the setting.
   */
  open(context: AdapterContext, env: Record<string, string | undefined>): Promise<Adapter | undefined>;
}

/**
 * Every device protocol, by name. The agent opens them one after another, each with a context of its own:
 *
 * ```ts
 * for (const [name, { open }] of Object.entries(adapters)) {
 *   const adapter = await open(contextOf(name), env);
 *   if (adapter) opened(name, () => adapter.close());
 * }
 * ```
 *
 * Adapters are closed before the outbox: a connection that ends may still hold an alarm to take.
 * Adding a protocol is a folder beside these and a line here.
 */
export const adapters = {
  'watch-3g': installed(watch3gSettings, createWatch3gAdapter, ({ enabled }) => enabled),
  gb26875: installed(gb26875Settings, createGb26875Adapter, ({ enabled }) => enabled),
  'hikvision-isapi': installed(hikvisionSettings, createHikvisionAdapter, ({ token }) => token !== undefined),
  http: installed(httpSettings, createHttpAdapter, ({ secret }) => secret !== undefined),
  zigbee2mqtt: installed(
    zigbee2mqttSettings,
    createZigbee2mqttAdapter,
    ({ password, brokerUrl }) => password !== undefined || brokerUrl !== undefined,
  ),
} satisfies Record<string, InstalledAdapter>;

function installed<S extends TObject>(
  settings: SettingsSchema<S>,
  create: AdapterFactory<Static<S>>,
  listens: (settings: Static<S>) => boolean,
): InstalledAdapter {
  return {
    settings,
    open: async (context, env) => {
      const loaded = loadSettings(settings, env);
      return listens(loaded) ? await create(context, loaded) : undefined;
    },
  };
}
