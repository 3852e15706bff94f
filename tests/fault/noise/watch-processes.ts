import { readFileSync } from 'node:fs';
import type { ProcessName } from '#provisioning/own-environment.ts';
import type { Platform } from '#provisioning/platform.ts';

/** Processes that strangers can reach, directly or through what they send. */
const watchedProcesses = ['broker', 'ingest', 'dispatch', 'dashboard'] as const satisfies ProcessName[];

/** What one process needed while somebody was noisy. */
export interface ProcessUse {
  name: ProcessName;
  /** Bytes of its log. */
  logBytes: number;
  /** Resident memory of the last sixth of the time over that of the second, each at its highest. */
  memoryGrowth: number;
  memoryMiB: number;
  restarts: number;
}

/** Watches the memory of a platform's processes, once a second, until it is ended. */
export function watchProcesses(platform: Platform, logBytesOf: (name: string) => number) {
  const samples = new Map<ProcessName, number[]>(watchedProcesses.map((name) => [name, []]));
  const logBefore = new Map(watchedProcesses.map((name) => [name, logBytesOf(name)]));
  const restartsBefore = new Map(
    watchedProcesses.map((name) => [name, platform.processes[name]?.restarts ?? 0]),
  );
  const timer = setInterval(() => {
    for (const name of watchedProcesses) samples.get(name)?.push(residentKiB(platform.processes[name]?.pid));
  }, 1000);
  return {
    end: (): ProcessUse[] => {
      clearInterval(timer);
      return watchedProcesses.map((name) => {
        const taken = samples.get(name) ?? [];
        const sixth = Math.max(1, Math.floor(taken.length / 6));
        const early = Math.max(...taken.slice(sixth, 2 * sixth));
        const late = Math.max(...taken.slice(-sixth));
        return {
          name,
          logBytes: logBytesOf(name) - (logBefore.get(name) ?? 0),
          memoryGrowth: Math.round((late / early) * 100) / 100,
          memoryMiB: Math.round(late / 1024),
          restarts: (platform.processes[name]?.restarts ?? 0) - (restartsBefore.get(name) ?? 0),
        };
      });
    },
  };
}

function residentKiB(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}
