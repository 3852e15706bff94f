import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageName, readConverters } from '#provisioning/zigbee/read-converters.ts';
import { reportOf, type ZigbeeReport } from '#provisioning/zigbee/report.ts';
import { findSafetyDefinitions } from '#provisioning/zigbee/safety-definitions.ts';

const installTimeoutMs = 300_000;

/**
 * The report on the newest definitions that the registry has, fetched into a folder that is gone afterwards; where none
 * can be fetched, on those recorded with the table.
 */
export async function newestZigbeeReport(): Promise<{ report: ZigbeeReport; from: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'zigbee-report-'));
  try {
    const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
    await promisify(execFile)('npm', ['install', ...flags, packageName], { timeout: installTimeoutMs });
    const converters = readConverters(join(folder, 'node_modules', packageName));
    return { report: reportOf(findSafetyDefinitions(converters)), from: 'the registry' };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { report: reportOf(), from: `what is recorded with the table, as none could be fetched (${why})` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
