import { type Static, type TObject, Type } from 'typebox';
import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import type { Evidence } from '#contracts/warning-transition.ts';
import type { Device } from '#registry/community-registry.ts';
import { durationMs } from '#runtime/settings.ts';
import { classWords } from '../device-words.ts';
import { gatewayKey } from '../gateway-key.ts';
import { takenOutEffects } from '../removals.ts';
import type { Warning } from '../warning.ts';
import type { EventLine } from './alarm.ts';
import { gatewayLabel, membersOf } from './members.ts';
import type { Effect, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'outage';
/** So many devices silent within so long have one cause. */
const settings = {
  outageDevices: Type.Integer({
    default: 5,
    minimum: 2,
    maximum: 1000,
    description:
      'Devices of one gateway and class silent within `outageWithinMs` that are one warning, in devices.',
  }),
  outageWithinMs: durationMs(60_000, 1000, 3_600_000, 'Time within which silent devices have one cause'),
};
/** Rules whose warnings of one device an outage takes over. */
const ofOneDevice = ['device-stale', 'device-event'];

type Cause = 'stale' | 'link';
/** A device of a group that is silent, why it is held to be, and since when, epoch ms. */
interface Silent {
  device: string;
  at: number;
  causes: Cause[];
  /** It belongs to the outage's warning. */
  isMember: boolean;
}
interface Group {
  silent: Silent[];
  /** Some of the open warning's devices were removed from the registry. */
  takenOut?: true;
}
/** What this rule looks at. */
type View = RuleView<Group, Static<TObject<typeof settings>>>;

/**
 * True where a device that goes silent now belongs to an outage: theirs is open, its bridge is away, or it makes
 * them many. The rules that warn of one device ask this and then say nothing.
 */
export function joinsOutage(id: string, view: RuleView): boolean {
  const device = view.registry.devices.get(id);
  const key = device && groupOf(device, view);
  if (!device || key === undefined || device.class === 'zigbee-bridge') return false;
  const own = view.as(outage);
  const { silent } = stateOf(key, own);
  if (own.active(key) || silent.some((one) => one.device === bridgeOf(device, view)?.id)) return true;
  const { outageDevices, outageWithinMs } = own.settings;
  const others = silent.filter((one) => one.device !== id && one.at > view.at - outageWithinMs);
  return others.length + 1 >= outageDevices;
}

/** True for a device's line fault that belongs to an outage of many devices. */
export function isCoveredByOutage(entry: ReceivedRecord, view: RuleView): boolean {
  return isOfLine(entry) && entry.body.active !== false && joinsOutage(entry.device, view);
}

/**
 * Many devices silent for one cause are one warning: those of a bridge that is away, or five of a bridge or of one class
 * at a gateway within a minute. A device that goes silent while it is open joins it; it ends when the last is live again.
 */
export const outage: Rule<Group, typeof settings> = {
  name,
  settings,
  onRecord: (entry, view) => {
    if (!isOfLine(entry)) return undefined;
    return entry.body.active === false
      ? leave(entry.device, 'link', view, entry)
      : join(entry.device, 'link', view, entry);
  },
  onPresence: (change, view) => {
    if (change.type === 'device-stale') return join(change.device.device, 'stale', view);
    if (change.type === 'device-heard') return leave(change.device.device, 'stale', view);
    return undefined;
  },
  onRegistry: (warning, view) => {
    const { key } = warning;
    const kept = view.stateOf(key)?.silent ?? [];
    const { silent } = stateOf(key, view);
    const gone = kept.filter((one) => one.isMember && !silent.includes(one));
    const [first] = silent.filter(({ isMember }) => isMember);
    const device = first && view.registry.devices.get(first.device);
    if (gone.length === 0) return takenOutEffects(warning, view);
    if (device) {
      const evidence = silenceOf(device, silent, view);
      return [remember(key, { silent, takenOut: true }), { do: 'change', warning, evidence }];
    }
    const evidence = {
      zh: '失联的设备已全部移出登记，现状无从得知',
      en: 'The devices out of reach were all taken out of the registry; their state is not known',
      values: {},
    };
    return [remember(key, { silent }), { do: 'clear', warning, evidence, because: 'taken-out' }];
  },
};

/** A fault of the whole device's line, of now; one of a component of a panel is that panel's. */
function isOfLine(entry: ReceivedRecord): entry is EventLine {
  return (
    entry.body.type === 'event' && entry.body.kind === 'link-fault' && !entry.late && !entry.body.component
  );
}

function join(id: string, cause: Cause, view: View, record?: ReceivedRecord): Effect<Group>[] | undefined {
  const device = view.registry.devices.get(id);
  const key = device && groupOf(device, view);
  if (!device || key === undefined) return undefined;
  const before = stateOf(key, view);
  const known = before.silent.find((one) => one.device === id);
  const isJoining = joinsOutage(id, view);
  if (known?.causes.includes(cause) && !(isJoining && record)) return undefined;
  const causes = [...new Set([...(known?.causes ?? []), cause])];
  const others = before.silent.filter((one) => one !== known);
  const joined: Silent = { device: id, at: known?.at ?? view.at, causes, isMember: isJoining };
  if (!isJoining) return [remember(key, { ...before, silent: [...others, joined] })];

  const open = view.active(key);
  const bridge = others.find((one) => one.device === bridgeOf(device, view)?.id);
  // What had been silent long before has a cause of its own.
  const from = (bridge?.at ?? view.at) - view.settings.outageWithinMs;
  const silent = [
    ...others.map((one) => ({ ...one, isMember: open ? one.isMember : one.at > from })),
    joined,
  ];
  const evidence = silenceOf(device, silent, view);
  if (open) {
    const told = { warning: open, evidence };
    return [
      remember(key, { ...before, silent }),
      record ? { do: 'repeat', ...told, late: false, record } : { do: 'change', ...told },
    ];
  }
  return [
    remember(key, { silent }),
    { do: 'raise', about: aboutOf(device, key), evidence, late: false, ...(record && { record }) },
    ...silent.filter(({ isMember }) => isMember).flatMap((one) => mergeOf(one.device, view)),
  ];
}

function leave(id: string, cause: Cause, view: View, record?: ReceivedRecord): Effect<Group>[] | undefined {
  const device = view.registry.devices.get(id);
  const key = device && groupOf(device, view);
  const before = key === undefined ? { silent: [] } : stateOf(key, view);
  const known = before.silent.find((one) => one.device === id);
  if (!device || key === undefined || !known?.causes.includes(cause)) return undefined;
  const causes = known.causes.filter((one) => one !== cause);
  const others = before.silent.filter((one) => one !== known);
  const silent = causes.length > 0 ? [...others, { ...known, causes }] : others;
  const open = view.active(key);
  if (!open || causes.length > 0 || !known.isMember) return [remember(key, { ...before, silent })];
  if (silent.some(({ isMember }) => isMember)) {
    return [
      remember(key, { ...before, silent }),
      { do: 'change', warning: open, evidence: silenceOf(device, silent, view) },
    ];
  }
  const evidence = before.takenOut
    ? {
        zh: '其余设备已恢复通信，另有设备已移出登记，现状无从得知',
        en: 'Every other device is heard again; some were taken out of the registry, their state is not known',
        values: {},
      }
    : { zh: '设备已全部恢复通信', en: 'Every device is heard again', values: {} };
  return [remember(key, { silent }), { do: 'clear', warning: open, evidence, ...(record && { record }) }];
}

/** Devices that one cause silences together; a fire panel watches a building and is always separate. */
function groupOf(device: Device, view: RuleView): string | undefined {
  if (device.class === 'fire-panel') return undefined;
  const by = bridgeOf(device, view) ? protocolOf(device) : device.class;
  return `${gatewayKey(device.community, device.gateway)}/${by}`;
}

const protocolOf = ({ address }: Device): string => address.split(':', 1)[0] ?? '';

function bridgeOf(device: Device, { registry }: RuleView): Device | undefined {
  for (const other of registry.devices.values()) {
    if (other.class !== 'zigbee-bridge' || other.gateway !== device.gateway) continue;
    if (protocolOf(other) === protocolOf(device)) return other;
  }
  return undefined;
}

function warningsOfOne(id: string, view: RuleView): Warning[] {
  return view
    .activeOf(id)
    .filter(
      ({ rule, kind }) => ofOneDevice.includes(rule) && (kind === 'device-stale' || kind === 'link-fault'),
    );
}

function mergeOf(id: string, view: RuleView): Effect[] {
  const evidence = {
    zh: '已并入多台设备失联的警情',
    en: 'Now part of an outage of many devices',
    values: {},
  };
  return warningsOfOne(id, view).map((warning) => ({ do: 'clear', warning, evidence, because: 'merged' }));
}

/** A removed device belongs to no outage. */
function stateOf(key: string, view: View): Group {
  const { silent, ...kept } = view.stateOf(key) ?? { silent: [] };
  return { ...kept, silent: silent.filter(({ device }) => view.registry.devices.has(device)) };
}

function remember(key: string, group: Group): Effect<Group> {
  return { do: 'remember', key, state: group.silent.length > 0 ? group : undefined };
}

function aboutOf({ community, gateway }: Device, key: string) {
  return {
    key,
    kind: name,
    level: levelOfKind(name),
    lifeSafety: false,
    community,
    gateway,
    subject: key,
  } as const;
}

function silenceOf(device: Device, silent: readonly Silent[], view: RuleView): Evidence {
  const label = gatewayLabel(device.gateway, view);
  const members = membersOf(
    silent.filter(({ isMember }) => isMember).map((one) => one.device),
    view,
  );
  const what = bridgeOf(device, view)
    ? { zh: 'Zigbee 设备', en: 'Zigbee devices' }
    : classWords(device.class);
  return {
    zh: `网关 ${label} 的 ${members.count} 台${what.zh}失联`,
    en: `${members.count} × ${what.en} out of reach at gateway ${label}`,
    values: { devices: members.count },
    members,
  };
}
