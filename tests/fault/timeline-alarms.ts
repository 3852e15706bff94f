import type { Incident, TimelineEntry } from '#contracts/incident.ts';
import type { IncidentDetail, IncidentList } from '#contracts/rest.ts';
import type { PageClient } from '#simulators/page-client.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';

/** Names an alarm's line on a timeline as it was offered; undefined where it is not of the run. */
export type NameOfLine = (line: TimelineEntry, incident: Incident) => string | undefined;

const longestWaitMs = 60_000;
const askAgainMs = 1000;

/** Counts how often each alarm stands on all timelines, once `expected` are there or nothing more comes. */
export async function countOnTimelines(
  underTest: PlatformUnderTest,
  expected: number,
  namesOf: (page: PageClient) => Promise<NameOfLine>,
): Promise<Map<string, number>> {
  const deadline = Date.now() + longestWaitMs;
  // Signed in once, each timeline read once a version: requests in a minute are limited.
  const page = await underTest.openPage();
  const read = new Map<string, IncidentDetail['timeline']>();
  try {
    const nameOf = await namesOf(page);
    for (;;) {
      const counted = await countAlarms(page, nameOf, read);
      if (counted.size >= expected || Date.now() > deadline) return counted;
      await pause(askAgainMs);
    }
  } finally {
    page.close();
  }
}

async function countAlarms(
  page: PageClient,
  nameOf: NameOfLine,
  read: Map<string, IncidentDetail['timeline']>,
): Promise<Map<string, number>> {
  const { incidents } = await page.rest<IncidentList>('GET', '/api/incidents?resolvedSince=0');
  const counted = new Map<string, number>();
  for (const incident of incidents) {
    const state = `${incident.id} ${incident.version}`;
    const timeline =
      read.get(state) ?? (await page.rest<IncidentDetail>('GET', `/api/incidents/${incident.id}`)).timeline;
    read.set(state, timeline);
    for (const line of timeline.filter(({ type }) => type === 'alarm')) {
      const name = nameOf(line, incident);
      if (name !== undefined) counted.set(name, (counted.get(name) ?? 0) + 1);
    }
  }
  return counted;
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
