import { brokerSettings } from '#broker/config.ts';
import { dashboardSettings } from '#dashboard/config.ts';
import { dispatchSettings } from '#dispatch/config.ts';
import { adapters } from '#edge/adapters/all.ts';
import { edgeSettings } from '#edge/config.ts';
import { ingestSettings, storeSettings } from '#ingest/config.ts';
import { loadSettings, type SettingsSchema } from '#runtime/settings.ts';
import { WarningSettings } from '#warning/config.ts';

/** The settings that each `main.ts` reads, by its path. */
const settingsOf: Record<string, SettingsSchema[]> = {
  'broker/main.ts': [brokerSettings],
  'ingest/main.ts': [ingestSettings, storeSettings, WarningSettings],
  'dispatch/main.ts': [dispatchSettings],
  'dashboard/main.ts': [dashboardSettings, storeSettings],
  'edge/main.ts': [edgeSettings, ...adapters.map(({ settings }) => settings)],
};

/** Settings by part, e.g. `DASHBOARD`, then by name. */
export type ProcessSettings = Record<string, Record<string, unknown>>;

/**
 * Reads an environment as the process of a `main.ts` would.
 *
 * @throws {RuntimeError} as the process would at its start.
 * @throws {Error} for a `main.ts` that is none, and for a name that is no setting of it.
 */
export function readAsProcess(mainFile: string, env: Record<string, string>): ProcessSettings {
  const schemas = settingsOf[mainFile];
  if (!schemas) throw new Error(`${mainFile} is no main.ts of a process`);
  // The longest prefix owns a name: EDGE_WATCH3G_PORT is none of EDGE.
  const parts = schemas.map(({ part }) => part).toSorted((a, b) => b.length - a.length);
  const owner = (variable: string) => parts.find((part) => variable.startsWith(`${part}_`));
  const unknown = Object.keys(env).filter((variable) => !owner(variable));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: no settings of ${mainFile}`);
  return Object.fromEntries(
    schemas.map((settings) => {
      const own = Object.entries(env).filter(([variable]) => owner(variable) === settings.part);
      return [settings.part, loadSettings(settings, Object.fromEntries(own))];
    }),
  );
}
