import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { DeviceState, GatewayLiveState, WarningTransition } from '#contracts/warning-transition.ts';
import type { Registry } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { type DecidingSettings, WarningSettings } from '../config.ts';
import { type ReplayOptions, type ReplayResult, startReplay } from '../replay.ts';
import type { Rule } from '../rules/rule.ts';
import { openLiveStateReader } from '../warning-readers.ts';
import { entriesAfter, scriptRegistry } from './journal-script.ts';
import { readWarningLog } from './read-warning-log.ts';

/** What a script came to. */
export interface ScriptOutcome {
  lines: WarningTransition[];
  devices: Map<string, DeviceState>;
  gateways: Map<string, GatewayLiveState>;
  result: ReplayResult;
}

/** Default settings, as a start without environment names would load them. */
export const scriptSettings = loadSettings(WarningSettings, { WARNING_PASSWORD: 'secret' });

/** Replays a script's journal into a file that is removed again, and gives back what it says. */
export function runScript(
  entries: readonly JournalEntry[],
  options: {
    registry?: Registry;
    batchEntries?: number;
    settings?: DecidingSettings;
    rules?: readonly Rule[];
  } = {},
): ScriptOutcome {
  const folder = mkdtempSync(join(tmpdir(), 'warning-'));
  const file = join(folder, 'warning.db');
  try {
    const result = replayAtOnce(entries, options.registry ?? scriptRegistry(), {
      file,
      settings: options.settings ?? scriptSettings,
      ...(options.rules && { rules: options.rules }),
      log: silentLog(),
      batchEntries: options.batchEntries ?? 1000,
    });
    const live = openLiveStateReader(file);
    const outcome = {
      result,
      lines: readWarningLog(file),
      devices: new Map(live.devices('c1', 0).map((device) => [device.device, device] as const)),
      gateways: new Map(live.gateways('c1').map((gateway) => [gateway.gateway, gateway] as const)),
    };
    live.close();
    return outcome;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Replays entries into a file, without a turn of the event loop. */
export function replayAtOnce(
  entries: readonly JournalEntry[],
  registry: Registry,
  { batchEntries = 1000, ...options }: ReplayOptions,
): ReplayResult {
  const running = startReplay(registry, options);
  try {
    for (;;) {
      const batch = entriesAfter(entries, running.position, batchEntries);
      if (batch.length === 0) return running.result();
      running.apply(batch);
    }
  } finally {
    running.close();
  }
}

/** Lines in short, for tables: `raised sos red`, `repeated sos red late`. */
export function inShort(lines: readonly WarningTransition[]): string[] {
  return lines.map(({ transition, kind, level, late }) =>
    [transition, kind, level, late ? 'late' : ''].join(' ').trim(),
  );
}
