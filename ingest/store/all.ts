import type { Static, TObject } from 'typebox';
import { joinSettings } from '#runtime/settings.ts';
import { influxStore } from './influx/influx-store.ts';
import { sqliteStore } from './sqlite/sqlite-store.ts';
import type {
  CommonStoreSettings,
  OpenTelemetryReader,
  StoreContext,
  TelemetryStore,
} from './telemetry-store.ts';

/** Every engine that telemetry can be kept in, a line each; the first is the default. */
const stores = [sqliteStore, influxStore] as const;

/** The settings of all engines, part of STORE's. */
export const engineSettings = joinSettings(stores);
/** Every value of `STORE_KIND`. */
export const storeKinds = stores.map(({ kind }) => kind);

type EngineSettings = Static<TObject<typeof engineSettings>> &
  CommonStoreSettings & { kind: (typeof storeKinds)[number] };

/** Creates the engine that the settings name; it reads its own of all settings. */
export function createStore(context: StoreContext<EngineSettings>): TelemetryStore {
  return storeOf(context.settings).create(context);
}

/** Opens the engine that the settings name for reading alone. */
export function openTelemetryReader(settings: EngineSettings): OpenTelemetryReader {
  return storeOf(settings).openReader(settings);
}

function storeOf({ kind }: EngineSettings) {
  const store = stores.find((known) => known.kind === kind);
  if (!store) throw new Error(`there is no telemetry store ${kind}`);
  return store;
}
