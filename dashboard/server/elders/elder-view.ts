import type { ElderIncident, ElderToday, ElderView, ElderWatch } from '#contracts/elder.ts';
import { timezoneOf } from '#contracts/facts/timezone.ts';
import type { Incident, IncidentReader } from '#contracts/incident.ts';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { LiveStateReader } from '#contracts/warning-transition.ts';
import type { CommunityRegistry, Device } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { Viewer } from '../identity/rights.ts';
import { dayBucketMs, describeDay, notWornSince, readingsBegin } from './elder-day.ts';
import { elderIncidentOf } from './elder-incident.ts';

/** What an elder's view is drawn from. */
export interface ElderDeps {
  registry: () => Registry;
  incidents: IncidentReader;
  liveState: LiveStateReader;
  telemetry: TelemetryReader;
  audit: Audit;
  log: Logger;
  now: () => number;
}

/** A store that does not answer within this leaves today's sentence out; the rest is shown all the same. */
export const telemetryPatienceMs = 2000;
/** Closed incidents of this time are shown. */
const closedWithinMs = 86_400_000;
const maxIncidents = 20;
/** How far back the moment a watch was taken off is looked for. */
const wornWithinMs = 7 * 86_400_000;
const wornBucketMs = 60_000;

/** An elder as one relative sees them: only what the elder shares with this relative is in it. */
export async function elderViewOf(deps: ElderDeps, viewer: Viewer, resident: string): Promise<ElderView> {
  const { registry, now } = deps;
  const { classes = [] } = viewer.elders.find((elder) => elder.resident === resident) ?? {};
  const own = registry().of(viewer.community);
  const person = own?.residents.get(resident);
  const dwelling = own?.dwellings.get(person?.dwelling ?? '');
  const community = own?.community;
  const place = dwelling?.label ?? '';
  const watch = own?.devicesOfResident(resident).find((device) => device.class === 'watch');
  const day = watch && { watch, timezone: timezoneOf(community), classes };
  const today = day && (await within(deps, () => todayOf(deps, day)));
  const isActive = classes.includes('activity');
  const shownWatch = isActive && watch ? await watchOf(deps, watch) : undefined;
  return {
    id: resident,
    name: nameOf(own, viewer, resident),
    place,
    now: now(),
    classes,
    ...(today && { today }),
    ...(shownWatch && { watch: shownWatch }),
    incidents:
      classes.includes('alarms') && dwelling
        ? await incidentsOf(deps, viewer.community, dwelling.dwelling)
        : [],
    ...(community?.desk_phone && { deskPhone: community.desk_phone }),
  };
}

/** As this relative calls the elder, else the elder's name, else where they live. */
export function nameOf(own: CommunityRegistry | undefined, { person }: Viewer, resident: string): string {
  const consent = own?.consentsOf(person).find((one) => one.resident === resident);
  const found = own?.residents.get(resident);
  return consent?.calledAs ?? found?.name ?? own?.dwellings.get(found?.dwelling ?? '')?.label ?? resident;
}

async function todayOf(
  { telemetry, now }: ElderDeps,
  { watch, timezone, classes }: { watch: Device; timezone: string; classes: Viewer['elders'][0]['classes'] },
): Promise<ElderToday> {
  const at = now();
  const read = (quantity: string, isShared: boolean) => {
    const from = Math.max(readingsBegin(timezone, at), theirsFrom(watch, dayBucketMs));
    const range = { community: watch.community, device: watch.id, quantity, from, to: at + 1 };
    return isShared ? telemetry.buckets(range, dayBucketMs) : [];
  };
  const [steps, heartRate] = await Promise.all([
    read('steps', classes.includes('activity')),
    read('heart-rate', classes.includes('vitals')),
  ]);
  return describeDay({ steps, heartRate }, { classes, timezone, now: at });
}

async function watchOf(deps: ElderDeps, watch: Device): Promise<ElderWatch> {
  const state = deps.liveState.device(watch.community, watch.id);
  const battery = state?.latest.battery?.value;
  const worn = state?.latest.worn;
  const isOff = worn?.value === 0 && worn.capturedAt >= watch.resident_since;
  const from = Math.max(deps.now() - wornWithinMs, theirsFrom(watch, wornBucketMs));
  const { community, id: device } = watch;
  const range = { community, device, quantity: 'worn', from, to: deps.now() + 1 };
  const since =
    isOff &&
    (await within(deps, async () => notWornSince(await deps.telemetry.buckets(range, wornBucketMs))));
  return {
    state: state?.state ?? 'unheard',
    ...(state?.heardAt !== undefined && { heardAt: state.heardAt }),
    ...(isOff && { notWornSince: since || worn.capturedAt }),
    ...(typeof battery === 'number' && { batteryPercent: Math.round(Math.min(100, Math.max(0, battery))) }),
  };
}

/** Where the first bucket begins that holds nothing of who wore the watch before. */
function theirsFrom(watch: Device, bucketMs: number): number {
  return Math.ceil(watch.resident_since / bucketMs) * bucketMs;
}

async function incidentsOf(deps: ElderDeps, community: string, dwelling: string): Promise<ElderIncident[]> {
  const options = { resolvedSince: deps.now() - closedWithinMs, limit: maxIncidents };
  const incidents = await deps.incidents.ofDwelling(community, dwelling, options);
  return Promise.all(incidents.map((incident) => describeIncident(deps, incident)));
}

async function describeIncident(deps: ElderDeps, incident: Incident): Promise<ElderIncident> {
  const isOpen = incident.state !== 'resolved';
  const [timeline, heldUntil, accesses] = await Promise.all([
    deps.incidents.timelineEnds(incident.id),
    isOpen ? deps.incidents.heldUntil(incident.id) : undefined,
    isOpen
      ? []
      : deps.audit.firstByPerson('incident.brief', { community: incident.community, object: incident.id }),
  ]);
  const named = accesses.map(({ at, person }) => ({
    at,
    name: deps.registry().of(incident.community)?.people.get(person)?.name ?? person,
  }));
  return elderIncidentOf(incident, timeline, { heldUntil, accesses: named });
}

/** What the store says, unless it takes too long or fails: a chart's source never holds up the page. */
async function within<T>({ log }: ElderDeps, ask: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, telemetryPatienceMs, undefined);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    log.warn({ err: error }, 'telemetry not readable');
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
