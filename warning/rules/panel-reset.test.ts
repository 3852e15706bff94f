import { expect, test } from 'vitest';
import type { Component, DeviceEvent } from '#contracts/record-body.ts';
import { createJournalScript, type JournalScript, scriptRegistry } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const system: Component = { systemType: 1, systemAddress: 1 };
const reset: DeviceEvent = { type: 'event', kind: 'panel-reset', code: '4.0', component: system };
const panelAddress = 'gb26875:060504030201';

function fire(script: JournalScript, point = 17, part = {}) {
  const component = { ...system, partType: 42, zone: 3, point };
  const body: DeviceEvent = { type: 'event', kind: 'fire', active: true, code: '2.1', component };
  return script.record('panel', body, { address: `${panelAddress}/1.1.3.${point}`, ...part });
}

const linesOf = (script: JournalScript) => runScript(script.entries).lines;

test('a panel that was reset ends what its components said before, as no end of theirs; what reports after it is new', () => {
  const script = createJournalScript();
  fire(script, 17);
  fire(script, 18);
  script.pass(60_000);
  script.record('panel', reset);
  script.pass(20_000);
  fire(script, 18);
  const lines = linesOf(script);
  expect(inShort(lines)).toEqual([
    'raised fire red',
    'raised fire red',
    'cleared fire red',
    'cleared fire red',
    'raised fire red',
  ]);
  expect(lines.slice(2, 4)).toMatchObject([{ panelReset: true }, { panelReset: true }]);
  expect(lines[2]?.evidence.zh).toBe(
    '消防主机已复位，复位前的报警不再保持（部件未报告恢复，请现场确认）：3栋 消防主机',
  );
  expect(lines[4]?.warning).not.toBe(lines[1]?.warning);
  expect(runScript(script.entries, { batchEntries: 1 }).lines).toEqual(lines);
});

test('a reset ends what holds on after people resolved its incident', () => {
  const script = createJournalScript();
  fire(script);
  script.incident('resolved', [linesOf(script)[0]?.warning ?? ''], 'real');
  script.pass(1000);
  script.record('panel', reset);
  expect(inShort(linesOf(script))).toEqual(['raised fire red', 'validated fire red', 'cleared fire red']);
});

test.each<[string, (script: JournalScript) => void]>([
  [
    'that may be the one before sent again',
    (script) => script.record('panel', reset, { possibleRepeat: true }),
  ],
  ['of an unknown time', (script) => script.record('panel', reset, { heldMs: undefined })],
  ['that its panel says is old', (script) => script.record('panel', reset, { historical: true })],
  [
    'that another gateway says',
    (script) => script.record('panel', reset, { gateway: 'gw1', saidByOther: true }),
  ],
  [
    'of another system of the panel',
    (script) => script.record('panel', { ...reset, component: { systemType: 1, systemAddress: 2 } }),
  ],
  [
    'of the transmitter',
    (script) => script.record('panel', { ...reset, component: undefined, code: '24.0' }),
  ],
  ['of another panel', (script) => script.record('panel-2', reset, { address: 'gb26875:060504030202' })],
  [
    'captured before the fire',
    (script) => script.record('panel', reset, { capturedAt: script.now() - 5000 }),
  ],
  ['that is any other operation', (script) => script.record('panel', { ...reset, kind: 'panel-operation' })],
])('a reset %s ends nothing', (_what, act) => {
  const script = createJournalScript();
  fire(script);
  script.pass(1000);
  act(script);
  expect(inShort(linesOf(script))).toEqual(['raised fire red']);
});

test('what a component reported in the very instant of the reset holds: it may be its report anew', () => {
  const script = createJournalScript();
  fire(script);
  script.record('panel', reset);
  expect(inShort(linesOf(script))).toEqual(['raised fire red']);
});

test('a transmitter that was reset ends what its own button said, which has no other end', () => {
  const script = createJournalScript();
  script.record('panel', { type: 'event', kind: 'manual-call-point', active: true, code: '24.2' });
  fire(script);
  script.pass(1000);
  script.record('panel', { type: 'event', kind: 'panel-reset', code: '24.0' });
  expect(inShort(linesOf(script)).at(-1)).toBe('cleared manual-call-point red');
});

test('a fault is ended by its own end alone: a reset says nothing of it', () => {
  const script = createJournalScript();
  script.record('panel', { type: 'event', kind: 'panel-fault', active: true, component: system });
  script.pass(1000);
  script.record('panel', reset);
  expect(inShort(linesOf(script))).toEqual(['raised panel-fault yellow']);
});

test('a reset ends what a component said that the registry knows as a device of its own', () => {
  const address = `${panelAddress}/1.1.3.17`;
  const own = { id: 'detector', gateway: 'gw2', class: 'smoke-detector', address, building: 'b3' };
  const registry = scriptRegistry({}, [own]);
  const script = createJournalScript(registry);
  const component = { ...system, partType: 42, zone: 3, point: 17 };
  script.record('detector', { type: 'event', kind: 'fire', active: true, code: '2.1', component });
  script.pass(1000);
  script.record('panel', reset);
  const { lines } = runScript(script.entries, { registry });
  expect(inShort(lines)).toEqual(['raised fire red', 'cleared fire red']);
});
