import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZigbeeTable } from '#edge/adapters/zigbee2mqtt/zigbee-table.ts';
import { makeTable } from './zigbee/make-table.ts';
import { packageName, readConverters } from './zigbee/read-converters.ts';
import { linesOf, reportOf } from './zigbee/report.ts';
import { findSafetyDefinitions, recordedFile } from './zigbee/safety-definitions.ts';

const tableFile = join(import.meta.dirname, '../edge/adapters/zigbee2mqtt/zigbee-table.generated.ts');

/** `npm run zigbee:table [-- <folder of the package>]`; without a folder the newest is fetched and thrown away. */
function main([folder]: string[]): void {
  const temporary = folder === undefined ? mkdtempSync(join(tmpdir(), 'zigbee-table-')) : undefined;
  try {
    if (temporary !== undefined) {
      const install = [
        'install',
        '--ignore-scripts',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--prefix',
        temporary,
      ];
      execFileSync('npm', [...install, packageName], { stdio: 'inherit' });
    }
    const converters = readConverters(folder ?? join(temporary ?? '', 'node_modules', packageName));
    const definitions = findSafetyDefinitions(converters);
    const report = reportOf(definitions);
    writeFileSync(tableFile, sourceOf(makeTable(converters)));
    const rows = definitions.safety.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
    const { safety: _safety, ...head } = definitions;
    writeFileSync(recordedFile, `${JSON.stringify(head).slice(0, -1)},"safety":[\n${rows}\n]}\n`);
    for (const line of linesOf(report)) console.log(line);
    process.exitCode = report.unread.length === 0 ? 0 : 1;
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

function sourceOf({ source, ...lists }: ZigbeeTable): string {
  const rows = (of: readonly unknown[]) =>
    `[\n${of.map((row) => `    ${JSON.stringify(row)},\n`).join('')}  ]`;
  const parts = Object.entries(lists).map(([name, list]) => `  ${name}: ${rows(list)},\n`);
  return [
    '// Made by `npm run zigbee:table` from facts of the package; not edited by hand.',
    "import type { ZigbeeTable } from './zigbee-table.ts';\n",
    '/** What keys of Zigbee devices tell. */',
    `export const zigbeeTable: ZigbeeTable = {\n  source: ${JSON.stringify(source)},\n${parts.join('')}};\n`,
  ].join('\n');
}

main(process.argv.slice(2));
process.exit();
