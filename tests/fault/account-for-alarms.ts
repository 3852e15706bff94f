import { join } from 'node:path';
import { maxTimelinePart } from '#contracts/incident.ts';
import type { IncidentList, TimelinePart } from '#contracts/rest.ts';
import { openJournalReader } from '#ingest/journal/journal-reader.ts';
import type { PageClient } from '#simulators/page-client.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';
import { type Accounts, accountFor, type JournalledAlarm, type NameOfAlarm } from './kill-result.ts';

const longestWaitMs = 60_000;
const askAgainMs = 1000;
const entriesAtOnce = 1000;

/**
 * Accounts for the alarms of a run by journal and timelines, once none is missing or nothing more comes. Where
 * an alarm is lost or doubled, the folder of the platform is kept.
 */
export async function accountForAlarms(
  underTest: PlatformUnderTest,
  offered: ReadonlySet<string>,
  nameOf: NameOfAlarm,
): Promise<Accounts & { keptData?: string }> {
  const accounts = await waitForAccounts(underTest, offered, nameOf);
  if (accounts.lost.length + accounts.doubled.length === 0) return accounts;
  underTest.keepData();
  return { ...accounts, keptData: underTest.dataDir };
}

async function waitForAccounts(
  underTest: PlatformUnderTest,
  offered: ReadonlySet<string>,
  nameOf: NameOfAlarm,
): Promise<Accounts> {
  const deadline = Date.now() + longestWaitMs;
  // Signed in once, each timeline read once a version: requests in a minute are limited.
  const page = await underTest.openPage();
  const journal = openAlarmJournal(underTest.dataDir);
  const timelines = createTimelines(page);
  try {
    for (;;) {
      // In this order: what stands on a timeline was journalled before.
      const standing = await timelines.count();
      const accounts = accountFor(offered, { journalled: await journal.read(), standing, nameOf });
      if (accounts.lost.length === 0 || Date.now() > deadline) return accounts;
      await pause(askAgainMs);
    }
  } finally {
    journal.close();
    page.close();
  }
}

/** Every alarm of the journal, read on from where it was read to. */
function openAlarmJournal(dataDir: string) {
  const reader = openJournalReader(join(dataDir, 'journal.db'));
  const alarms: JournalledAlarm[] = [];
  let position = 0;
  return {
    read: async (): Promise<readonly JournalledAlarm[]> => {
      for (;;) {
        const entries = await reader.read(position, entriesAtOnce);
        const last = entries.at(-1);
        if (!last) return alarms;
        position = last.position;
        for (const entry of entries) {
          if (entry.class !== 'record' || entry.lane !== 'alarm' || entry.body.type !== 'event') continue;
          if (entry.body.active !== false) alarms.push({ ...entry, body: entry.body });
        }
      }
    },
    close: () => reader.close(),
  };
}

function createTimelines(page: PageClient) {
  const read = new Map<string, TimelinePart['timeline']>();
  return {
    /** How often each record stands on all timelines, by its identity. */
    count: async (): Promise<Map<string, number>> => {
      const { incidents } = await page.rest<IncidentList>('GET', '/api/incidents?resolvedSince=0');
      const counted = new Map<string, number>();
      for (const { id, version } of incidents) {
        const state = `${id} ${version}`;
        const timeline = read.get(state) ?? (await readTimeline(page, id));
        read.set(state, timeline);
        for (const { type, record } of timeline) {
          if (type === 'alarm' && record !== undefined) counted.set(record, (counted.get(record) ?? 0) + 1);
        }
      }
      return counted;
    },
  };
}

/** A timeline part by part: the page's own view of a long one leaves its middle out. */
async function readTimeline(page: PageClient, id: string): Promise<TimelinePart['timeline']> {
  const timeline: TimelinePart['timeline'] = [];
  for (;;) {
    const after = timeline.at(-1)?.sequence ?? 0;
    const path = `/api/incidents/${id}/timeline?after=${after}`;
    const part = await page.rest<TimelinePart>('GET', path);
    timeline.push(...part.timeline);
    if (part.timeline.length < maxTimelinePart) return timeline;
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
