import { expect, test } from 'vitest';
import { identityOf } from '#contracts/journal-entry.ts';
import { accountFor, type JournalledAlarm } from './kill-result.ts';

const record = (sequence: number, alarm: { text: string; kind?: 'smoke' | 'water-leak'; late?: boolean }) =>
  ({
    class: 'record',
    community: 'c',
    gateway: 'g',
    epoch: '9f86d081884c7d65',
    lane: 'alarm',
    sequence,
    device: 'd',
    address: 'zigbee2mqtt:d',
    capturedAt: 0,
    clock: { state: 'unknown' },
    late: alarm.late ?? false,
    body: { type: 'event', kind: alarm.kind ?? 'smoke', text: alarm.text },
  }) satisfies JournalledAlarm;

const nameOf = ({ body }: JournalledAlarm) => body.text ?? '';

test('every alarm is stored, late and journalled, lost or doubled', () => {
  const standing = new Map<string, number>();
  const journalled: JournalledAlarm[] = [];
  const journal = (text: string, alarm: { kind?: 'water-leak'; late?: true; lines?: number }) => {
    const entry = record(journalled.length + 1, { text, ...alarm });
    journalled.push(entry);
    if (alarm.lines) standing.set(identityOf(entry), alarm.lines);
  };
  journal('stands', { lines: 1 });
  journal('stands late', { late: true, lines: 1 });
  journal('late', { kind: 'water-leak', late: true });
  journal('late but life safety', { late: true });
  journal('in time but nowhere', { kind: 'water-leak' });
  journal('on two timelines', { lines: 2 });
  journal('journalled twice', { lines: 1 });
  journal('journalled twice', {});
  journal('late twice', { kind: 'water-leak', late: true });
  journal('late twice', { kind: 'water-leak', late: true });
  const offered = new Set([...journalled.map(nameOf), 'not even journalled']);
  journal('never offered', { lines: 1 });
  standing.set('c/g/e/alarm/99', 1);
  expect(accountFor(offered, { journalled, standing, nameOf })).toEqual({
    stored: ['stands', 'stands late'],
    lateJournalled: ['late'],
    lost: ['late but life safety', 'in time but nowhere', 'not even journalled'],
    doubled: ['on two timelines', 'journalled twice', 'late twice', 'never offered', 'c/g/e/alarm/99'],
  });
});
