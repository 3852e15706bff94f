import { factsOf } from '#contracts/facts/event-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import type { Evidence } from '#contracts/warning-transition.ts';
import { deviceWords } from '../device-words.ts';
import { gatewayKey } from '../gateway-key.ts';
import { aboutGateway, gatewayLabel, membersOf } from './members.ts';
import type { Effect, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'gateway-speaks-for-others';
/** A gateway that speaks for so many devices of others within so long was put in another's place, or is no gateway. */
const fromDevices = 5;
const withinMs = 3_600_000;
/** Most devices that are remembered of one gateway. */
const maxDevices = 200;
/** A device that goes on speaking is remembered anew so often, in ms. */
const againMs = 60_000;

/** Devices of other gateways for which one speaks, and when it last did, epoch ms. */
interface Spoken {
  devices: { device: string; at: number }[];
  /** When people last resolved its incident; devices alone raise it again an hour later. */
  resolvedAt?: number;
}

/**
 * A gateway sends records of devices that the registry gives to others: it was put in another's place and the devices
 * were not moved, or somebody pretends. One warning a gateway, from five devices within an hour or the first alarm that
 * opened nothing; each further such alarm repeats it. It ends when no such device is left: moved to it, taken out, or
 * not spoken for during an hour.
 */
export const gatewaySpeaksForOthers: Rule<Spoken> = {
  name,
  onRecordOfOther: (entry, view) => {
    const key = gatewayKey(entry.community, entry.gateway);
    const before = stateOf(key, view);
    const state = { ...before, devices: withDevice(presentOf(before, entry, view), entry.device, view) };
    const isNew = state.devices.length > before.devices.length;
    const effects: Effect<Spoken>[] =
      state.devices === before.devices ? [] : [{ do: 'remember', key, state }];
    const active = view.active(key);
    const withheld = isWithheld(entry);
    if (active && withheld) {
      effects.push({
        do: 'repeat',
        warning: active,
        evidence: evidenceOf(entry, state, view),
        late: false,
        record: entry,
      });
    } else if (active && isNew) {
      effects.push({ do: 'change', warning: active, evidence: evidenceOf(entry, state, view) });
    } else if (!active && (withheld || isMany(state, view))) {
      const about = aboutGateway(name, entry);
      const raised = { about, evidence: evidenceOf(entry, state, view), late: false };
      effects.push({ do: 'raise', ...raised, ...(withheld && { record: entry }) });
    }
    return effects;
  },
  onGateway: (entry, view) =>
    // Also for a silent one: heartbeats of other gateways show that the hour is over.
    [...view.registry.gateways.keys()].flatMap((gateway) =>
      endWhenOver({ community: entry.community, gateway }, view),
    ),
  onIncident: (entry, view) => {
    if (entry.transition !== 'resolved') return undefined;
    return entry.warnings.flatMap((id): Effect<Spoken>[] => {
      const warning = view.find(id);
      if (warning?.rule !== name) return [];
      return [{ do: 'remember', key: warning.key, state: { devices: [], resolvedAt: view.at } }];
    });
  },
};

const stateOf = (key: string, view: RuleView<Spoken>): Spoken => view.stateOf(key) ?? { devices: [] };

/** Of those spoken for, the devices that still are another gateway's and were within the hour. */
function presentOf(
  { devices }: Spoken,
  { gateway }: { gateway: string },
  { at: now, registry }: RuleView,
): Spoken['devices'] {
  const present = devices.filter(({ device, at }) => {
    const owner = registry.devices.get(device)?.gateway;
    return owner !== undefined && owner !== gateway && at > now - withinMs;
  });
  return present.length === devices.length ? devices : present;
}

function withDevice(devices: Spoken['devices'], device: string, { at }: RuleView): Spoken['devices'] {
  const known = devices.find((one) => one.device === device);
  if (known && at - known.at < againMs) return devices;
  if (!known && devices.length >= maxDevices) return devices;
  return known ? devices.map((one) => (one === known ? { device, at } : one)) : [...devices, { device, at }];
}

/** An alarm that opens no incident since another gateway said it. */
function isWithheld({ body }: ReceivedRecord): boolean {
  if (body.type !== 'event' || body.active === false) return false;
  const { level, lifeSafety } = factsOf(body.kind);
  return level !== undefined && level !== 'blue' && !lifeSafety;
}

function isMany({ devices, resolvedAt = Number.NEGATIVE_INFINITY }: Spoken, { at }: RuleView): boolean {
  return devices.length >= fromDevices && at - resolvedAt >= withinMs;
}

function endWhenOver(of: { community: string; gateway: string }, view: RuleView<Spoken>): Effect<Spoken>[] {
  const key = gatewayKey(of.community, of.gateway);
  const before = stateOf(key, view);
  const warning = view.active(key);
  const devices = presentOf(before, of, view);
  if (devices === before.devices && !(warning && devices.length === 0)) return [];
  const isKept = devices.length > 0 || before.resolvedAt !== undefined;
  const remember: Effect<Spoken> = {
    do: 'remember',
    key,
    state: isKept ? { ...before, devices } : undefined,
  };
  if (!warning || devices.length > 0) return [remember];
  const label = gatewayLabel(of.gateway, view);
  const evidence = {
    zh: `网关 ${label} 不再上报其他网关的设备（设备已划归它或移出登记，或一小时内没有再上报）`,
    en: `Gateway ${label} speaks for no other gateway’s device any more: they were moved to it or taken out, or nothing came for an hour`,
    values: {},
  };
  return [remember, { do: 'clear', warning, evidence }];
}

function evidenceOf(entry: ReceivedRecord, { devices }: Spoken, view: RuleView): Evidence {
  const label = gatewayLabel(entry.gateway, view);
  const members = membersOf(
    devices.map(({ device }) => device),
    view,
  );
  const places = members.places.slice(0, 5).join('、');
  const withheld = withheldWords(entry, view);
  return {
    zh: `${withheld.zh}网关 ${label} 在上报其他网关的 ${members.count} 台设备（${places}）：是更换了网关，还是有人冒充？在把设备划归它之前，它为这些设备上报的内容除生命安全报警外不产生警情`.slice(
      0,
      500,
    ),
    en: `${withheld.en}Gateway ${label} speaks for ${members.count} devices of other gateways (${places}): replaced, or an intruder? Until they are moved to it, nothing it says of them opens an incident but life safety`.slice(
      0,
      500,
    ),
    values: { devices: members.count, gateway: entry.gateway },
    members,
  };
}

function withheldWords(entry: ReceivedRecord, { registry }: RuleView): { zh: string; en: string } {
  const { body } = entry;
  if (!isWithheld(entry) || body.type !== 'event') return { zh: '', en: '' };
  const device = deviceWords(registry.devices.get(entry.device), entry.address);
  const kind = kindWords[body.kind];
  return {
    zh: `未产生警情：${device.zh} ${kind.zh}。`,
    en: `Opened nothing: ${kind.en}, ${device.en}. `,
  };
}
