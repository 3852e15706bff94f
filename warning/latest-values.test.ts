import { describe, expect, test } from 'vitest';
import { createJournalScript } from './testing/journal-script.ts';
import { runScript } from './testing/run-script.ts';

const rate = (value: number) => ({ type: 'reading', quantity: 'heart-rate', value, unit: '/min' }) as const;
const latestRate = (script: ReturnType<typeof createJournalScript>) =>
  runScript(script.entries).devices.get('watch')?.latest['heart-rate'];

test('the newest by gateway time is the latest, whatever arrives last', () => {
  const script = createJournalScript();
  script.record('watch', rate(72), { capturedAt: script.now() - 1000 });
  script.record('watch', rate(60), { capturedAt: script.now() - 2000 });
  expect(latestRate(script)).toEqual({ capturedAt: script.now() - 1000, value: 72, unit: '/min' });
  script.record('watch', rate(75), { capturedAt: script.now() });
  expect(latestRate(script)).toMatchObject({ value: 75 });
});

describe.each([
  ['historical', { historical: true } as const],
  ['of unknown age', { heldMs: undefined }],
])('what is %s', (_name, part) => {
  test('replaces nothing, and stands where there is nothing', () => {
    const script = createJournalScript();
    script.record('watch', rate(60), part);
    expect(latestRate(script)).toMatchObject({ value: 60 });
    script.record('watch', rate(72));
    script.record('watch', rate(61), part);
    expect(latestRate(script)).toMatchObject({ value: 72 });
  });
});

test('an implausible value is marked and gives way to every plausible one', () => {
  const script = createJournalScript();
  script.record('watch', rate(0));
  expect(latestRate(script)).toMatchObject({ value: 0, implausible: true });
  script.record('watch', rate(72));
  script.record('watch', rate(999));
  expect(latestRate(script)).toEqual({ capturedAt: script.now() - 2, value: 72, unit: '/min' });
});

test('a clock in 2099 does not block what follows', () => {
  const script = createJournalScript();
  script.record('watch', rate(72), { capturedAt: Date.parse('2099-01-01T00:00:00.000Z') });
  script.pass(1000);
  script.record('watch', rate(80));
  expect(latestRate(script)).toMatchObject({ value: 80 });
});

test('events and positions have a latest value too', () => {
  const script = createJournalScript();
  script.record('unit-door', { type: 'event', kind: 'door-held-open' });
  script.record('unit-door', { type: 'event', kind: 'door-held-open', active: false });
  script.record('watch', { type: 'position', position: { latitude: 32, longitude: 118.5, source: 'gnss' } });
  const { devices } = runScript(script.entries);
  expect(devices.get('unit-door')?.latest).toMatchObject({ 'door-held-open': { value: false } });
  expect(devices.get('watch')?.latest).toMatchObject({ position: { value: '32,118.5' } });
});
