import { expect, test } from 'vitest';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { Gap } from '#contracts/record-body.ts';
import { createJournalScript, type JournalScript } from '../testing/journal-script.ts';
import { runScript } from '../testing/run-script.ts';

const lose = (script: JournalScript, reason: Gap['reason'], part: Partial<RecordEntry> = {}) =>
  script.record('unknown', { type: 'gap', from: 5, reason }, { lane: 'alarm', sequence: 7, ...part });

test.each<[Gap['reason'], string]>([
  ['quota', '网关存储已满'],
  ['refused', '平台多次拒收'],
  ['unreadable', '网关存储损坏，无法读出'],
  ['restored', '平台数据恢复自较早的备份'],
])('alarms lost because of %s are red, to be asked after, however old they are', (reason, words) => {
  const script = createJournalScript();
  lose(script, reason, { late: true, heldMs: undefined });
  const { lines } = runScript(script.entries);
  expect(lines).toMatchObject([
    { transition: 'raised', kind: 'alarm-lost', level: 'red', lifeSafety: true, late: false, gateway: 'gw1' },
  ]);
  expect(lines[0]?.evidence.zh).toContain(`3 条报警通道记录丢失（${words}）`);
  expect(lines[0]?.evidence.values).toEqual({ records: 3, from: 5, to: 7, reason });
});

test('a further loss at the gateway repeats; telemetry that is lost warns of nothing', () => {
  const script = createJournalScript();
  lose(script, 'refused');
  lose(script, 'refused', { lane: 'telemetry' });
  lose(script, 'restored', { gateway: 'gw2' });
  lose(script, 'unreadable', { sequence: 9 });
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition, gateway }) => [transition, gateway])).toEqual([
    ['raised', 'gw1'],
    ['raised', 'gw2'],
    ['repeated', 'gw1'],
  ]);
});
