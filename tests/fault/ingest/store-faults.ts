import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { requestReplay } from '#ingest/store/replay-request.ts';
import type { FaultyProxy, ProxyMode } from './faulty-proxy.ts';
import type { SmallDisk } from './small-disk.ts';

/** What a fault is done to. */
export interface StoreUnderFault {
  influxd: Influxd;
  influxDir: string;
  disk: SmallDisk;
  proxy: FaultyProxy;
  /** Data folder of the platform. */
  dataDir: string;
  startedAt: number;
}

/** A fault of the store; `heal` brings it back. */
export interface StoreFault {
  name: string;
  begin(store: StoreUnderFault): Promise<void> | void;
  heal(store: StoreUnderFault): Promise<void> | void;
}

const start = async (store: StoreUnderFault) => {
  store.influxd = await startInfluxd({ dataDir: store.influxDir, ports: store.influxd.ports });
};
const answering = (mode: ProxyMode, name: string): StoreFault => ({
  name,
  begin: ({ proxy }) => {
    proxy.mode = mode;
  },
  heal: ({ proxy }) => {
    proxy.mode = 'pass';
  },
});

/** Everything that a store is said to do. */
export const storeFaults: readonly StoreFault[] = [
  { name: 'killed', begin: ({ influxd }) => influxd.stop('SIGKILL'), heal: start },
  {
    name: 'paused',
    begin: ({ influxd }) => void process.kill(influxd.pid, 'SIGSTOP'),
    heal: ({ influxd }) => void process.kill(influxd.pid, 'SIGCONT'),
  },
  answering('answers-500', 'answering 500'),
  answering('answers-429', 'answering 429'),
  answering('answers-garbage', 'answering garbage'),
  answering('cuts', 'taking writes and cutting the answer'),
  {
    name: 'disk full under it',
    begin: ({ disk }) => disk.fill(),
    heal: async (store) => {
      store.disk.free();
      // Its log may be cut in the middle of a line; started anew it reads up to there.
      await store.influxd.stop('SIGKILL');
      await start(store);
    },
  },
  {
    name: 'restarted empty',
    begin: ({ influxd }) => influxd.stop('SIGKILL'),
    heal: async (store) => {
      for (const name of readdirSync(store.influxDir))
        rmSync(join(store.influxDir, name), { recursive: true });
      await start(store);
      requestReplay(store.dataDir, store.startedAt);
    },
  },
];
