import { expect, test } from 'vitest';
import { linesOf, reportOf } from './report.ts';
import { recordedDefinitions } from './safety-definitions.ts';

test('no safety definition of the package is unread but those that expose no alarm', () => {
  const report = reportOf();
  expect(report.unread).toEqual([]);
  expect(report.read + report.withoutAlarmKey.length).toBe(report.safety);
  expect(report.read).toBeGreaterThan(200);
});

test('a spelling that the adapter does not know is named in the report with its key', () => {
  const known = recordedDefinitions();
  const exposes = [{ property: 'smoke_sighted', name: 'smoke_sighted', type: 'binary', access: 1 }];
  const report = reportOf({
    ...known,
    safety: [{ model: 'X1', vendor: 'Nobody', dangers: ['smoke'], isNamed: true, exposes }],
  });
  expect(linesOf(report, 'short')).toEqual([
    `${known.package} ${known.version}: ${known.total} definitions, 1 of safety`,
    'read 0, without any alarm key 0, unread 1',
    '  Nobody X1: not read: smoke_sighted',
  ]);
});
