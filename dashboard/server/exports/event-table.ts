import { passageKinds } from '#contracts/facts/event-kinds.ts';
import type { StoredEvent } from '#contracts/telemetry-reader.ts';
import { type ExportScope, type ExportTable, pageRows } from './export-table.ts';

const place = {
  at: '时间（UTC）',
  localTime: '当地时间',
  device: '设备编号',
  deviceName: '设备',
  place: '位置',
  kind: '种类代码',
  what: '种类',
};

/** Every event of a community's devices; vitals and whereabouts are no events and not in it. */
export function eventTable(scope: ExportScope): ExportTable {
  const columns = {
    ...place,
    active: '是否发生中',
    level: '级别',
    means: '凭证方式',
    code: '设备代码',
    late: '补报',
    possibleRepeat: '可能是重复发送',
    saidByOther: '由另一网关上报',
  };
  return { columns, pages: readPages(scope, {}) };
}

/** Who or what went through the gates, by means and never by name; of the store, which keeps it for years. */
export function gatePassageTable(scope: ExportScope): ExportTable {
  const columns = {
    ...place,
    means: '凭证方式',
    code: '设备代码',
    late: '补报',
    saidByOther: '由另一网关上报',
  };
  return { columns, pages: readPages(scope, { kinds: passageKinds, isShown: isOfGate(scope) }) };
}

/** A device that was taken away since cannot be looked up: the kind of its event speaks for it. */
function isOfGate({ registry, community }: ExportScope) {
  return ({ device }: StoredEvent) =>
    (registry().of(community)?.devices.get(device)?.class ?? 'gate') === 'gate';
}

async function* readPages(
  scope: ExportScope,
  { kinds, isShown = () => true }: { kinds?: readonly string[]; isShown?: (event: StoredEvent) => boolean },
): ExportTable['pages'] {
  const range = { community: scope.community, ...scope.time, ...(kinds && { kinds }) };
  let after: StoredEvent | undefined;
  do {
    const events: StoredEvent[] = await scope.telemetry.eventsBetween(range, pageRows, after);
    yield events.filter(isShown).map((event) => rowOf(scope, event));
    after = events.at(-1);
  } while (after);
}

function rowOf({ registry, community, instants, words }: ExportScope, event: StoredEvent) {
  const device = registry().of(community)?.devices.get(event.device);
  return {
    ...instants(event.at),
    device: event.device,
    deviceName: device?.name,
    place: device?.placeLabel,
    kind: event.kind,
    what: words(event.kind),
    active: event.active,
    level: event.level,
    means: event.means,
    code: event.code,
    late: event.late,
    possibleRepeat: event.possibleRepeat ?? false,
    saidByOther: event.saidByOther ?? false,
  };
}
