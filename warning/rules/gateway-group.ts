import { groupKinds } from '#contracts/facts/event-kinds.ts';
import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import type { Evidence } from '#contracts/warning-transition.ts';
import { gatewayKey } from '../gateway-key.ts';
import { takenOutEffects } from '../removals.ts';
import { gatewayLabel, membersOf } from './members.ts';
import type { Effect, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'gateway-group';

type GroupKind = (typeof groupKinds)[number];

const groupWords: Record<GroupKind, { zh: string; en: string }> = {
  'detector-unread': {
    zh: '个探测器的报警平台无法识别：发生危险时这里不会报警，请尽快联系安装人员',
    en: 'detectors whose danger cannot be read: nothing is told here when it comes, call the installer',
  },
  'button-unsure': {
    zh: '个按钮的按下与重复发送无法分辨：收到时请打电话核实',
    en: 'buttons whose presses cannot be told from repeats: call when one comes',
  },
};

/** The devices of a gateway that a kind holds of, in the order they joined. */
interface Group {
  members: { device: string; at: number }[];
}

/**
 * One warning a gateway and kind that names its devices: it changes as devices join and leave, and ends with the last. A
 * state told once is never late. Resolved by people, it begins anew with the next device that says it.
 */
export const gatewayGroup: Rule<Group> = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'event' || !isGroupKind(entry.body.kind)) return undefined;
    const { kind, active } = entry.body;
    const key = `${gatewayKey(entry.community, entry.gateway)}/${kind}`;
    const before = presentOf(key, view);
    const known = before.find(({ device }) => device === entry.device);
    if (known && entry.capturedAt < known.at) return undefined;
    const isMember = active !== false;
    if (isMember === (known !== undefined)) return undefined;
    const others = before.filter((member) => member !== known);
    const members = isMember ? [...others, { device: entry.device, at: entry.capturedAt }] : others;
    return [remember(key, members), ...tell(entry, kind, key, members, view)];
  },
  onRegistry: (warning, view) => {
    const { gateway = '', key, kind } = warning;
    const members = presentOf(key, view);
    const { length: before } = membersKept(key, view);
    const isThere = view.registry.gateways.has(gateway);
    if (!isThere || members.length === before || !isGroupKind(kind)) return takenOutEffects(warning, view);
    const label = gatewayLabel(gateway, view);
    if (members.length > 0) {
      const evidence = evidenceOf(label, kind, members, view);
      return [remember(key, members), { do: 'change', warning, evidence }];
    }
    const evidence = {
      zh: `网关 ${label} 的这些设备已全部移出登记，现状无从得知`,
      en: `These devices of gateway ${label} were all taken out of the registry; their state is not known`,
      values: {},
    };
    return [remember(key, members), { do: 'clear', warning, evidence, because: 'taken-out' }];
  },
  onIncident: (entry, view) => {
    if (entry.transition !== 'resolved') return undefined;
    return entry.warnings.flatMap((id) => {
      const warning = view.find(id);
      return warning?.rule === name ? [remember(warning.key, [])] : [];
    });
  },
};

/** True for a kind with one warning a gateway. */
export function isGroupKind(kind: string): kind is GroupKind {
  return (groupKinds as readonly string[]).includes(kind);
}

function membersKept(key: string, view: RuleView<Group>): Group['members'] {
  return view.stateOf(key)?.members ?? [];
}

/** Those of them that the registry still has. */
function presentOf(key: string, view: RuleView<Group>): Group['members'] {
  return membersKept(key, view).filter(({ device }) => view.registry.devices.has(device));
}

function remember(key: string, members: Group['members']): Effect<Group> {
  return { do: 'remember', key, state: members.length > 0 ? { members } : undefined };
}

function tell(
  entry: ReceivedRecord,
  kind: GroupKind,
  key: string,
  members: Group['members'],
  view: RuleView,
): Effect[] {
  const warning = view.active(key);
  const label = gatewayLabel(entry.gateway, view);
  if (members.length === 0) {
    const evidence = {
      zh: `网关 ${label} 下已没有这样的设备`,
      en: `None left at gateway ${label}`,
      values: {},
    };
    return warning ? [{ do: 'clear', warning, evidence, record: entry }] : [];
  }
  const evidence = evidenceOf(label, kind, members, view);
  if (warning) return [{ do: 'change', warning, evidence, record: entry }];
  const { community, gateway } = entry;
  const about = { key, kind, level: levelOfKind(kind), lifeSafety: false, community, gateway, subject: key };
  return [{ do: 'raise', about, evidence, late: false, record: entry }];
}

function evidenceOf(label: string, kind: GroupKind, group: Group['members'], view: RuleView): Evidence {
  const members = membersOf(
    group.map(({ device }) => device),
    view,
  );
  const places = members.places.slice(0, 5).join('、');
  const words = groupWords[kind];
  return {
    zh: `网关 ${label} 下有 ${members.count} ${words.zh}（${places}${members.count > 5 ? ' 等' : ''}）`.slice(
      0,
      500,
    ),
    en: `${members.count} ${words.en}, at gateway ${label} (${places})`.slice(0, 500),
    values: { devices: members.count },
    members,
  };
}
