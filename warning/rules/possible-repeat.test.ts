import { expect, test } from 'vitest';
import { createJournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const press = { type: 'event', kind: 'sos' } as const;

test('what may be a radio repeat is a line of its own, marked, on the warning that holds', () => {
  const script = createJournalScript();
  script.record('watch', press);
  script.record('watch', press, { possibleRepeat: true });
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual(['raised sos red', 'repeated sos red']);
  expect(lines.map(({ possibleRepeat }) => possibleRepeat)).toEqual([undefined, true]);
});

test('what may be a radio repeat raises a warning of its own once the incident of the one before is closed', () => {
  const script = createJournalScript();
  script.record('watch', press);
  const [first] = runScript(script.entries).lines;
  script.incident('resolved', [first?.warning ?? ''], 'real');
  script.record('watch', press, { possibleRepeat: true });
  const { lines } = runScript(script.entries);
  expect(inShort(lines).slice(-1)).toEqual(['raised sos red']);
  expect(lines.at(-1)).toMatchObject({ possibleRepeat: true });
  expect(lines.at(-1)?.warning).not.toBe(first?.warning);
});
