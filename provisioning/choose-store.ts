import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Influxd, type InfluxdPorts, startInfluxd } from '#ingest/store/influx/influxd.ts';

/** Where telemetry goes on this machine. */
export interface ChosenStore {
  /** One line for the person who started it. */
  words: string;
  /** `STORE_…` settings for ingest. */
  settings: Record<string, string>;
  close(): Promise<void>;
}

const restartMs = 1000;

/**
 * Chooses the telemetry store: what the settings say, else the machine's own InfluxDB server, run on
 * loopback with data of our own and started again when it ends, else SQLite.
 */
export async function chooseStore(options: {
  dataDir: string;
  env: Record<string, string | undefined>;
}): Promise<ChosenStore> {
  const { STORE_KIND: kind, STORE_INFLUX_URL: url } = options.env;
  if (url && kind !== 'sqlite') {
    return {
      words: `telemetry goes to InfluxDB at ${url}`,
      settings: { STORE_KIND: 'influx' },
      close: async () => undefined,
    };
  }
  const binary = kind === 'sqlite' ? undefined : findCommand('influxd', options.env.PATH);
  if (!binary) {
    const why =
      kind === 'sqlite' ? 'as STORE_KIND says' : 'no influxd is installed and STORE_INFLUX_URL is not set';
    return {
      words: `telemetry goes to SQLite: ${why}`,
      settings: { STORE_KIND: 'sqlite' },
      close: async () => undefined,
    };
  }
  const server = await keepInfluxd(binary, join(options.dataDir, 'influx'));
  return {
    words: `telemetry goes to InfluxDB (${binary}) at ${server.url}`,
    settings: { STORE_KIND: 'influx', STORE_INFLUX_URL: server.url },
    close: server.close,
  };
}

/** Keeps an InfluxDB server running on one port; while it is down charts wait, warnings do not. */
async function keepInfluxd(
  binary: string,
  dataDir: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  let server = await startInfluxd({ dataDir, binary });
  const ports: InfluxdPorts = server.ports;
  let closing = false;
  const watch = async (running: Influxd): Promise<void> => {
    await running.ended;
    while (!closing) {
      await new Promise((resolve) => setTimeout(resolve, restartMs));
      if (closing) return;
      const again = await startInfluxd({ dataDir, binary, ports }).catch(() => undefined);
      if (!again) continue;
      server = again;
      return watch(again);
    }
  };
  const watching = watch(server);
  return {
    url: server.url,
    close: async () => {
      closing = true;
      await server.stop();
      await watching;
    },
  };
}

function findCommand(command: string, path = ''): string | undefined {
  const folders = [...path.split(delimiter), '/usr/bin', '/usr/sbin'];
  return folders
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
