import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import { classWords } from '../device-words.ts';
import { durationWords, type Words } from '../duration-words.ts';
import { silenceEvidence } from '../removals.ts';
import type { WatchedResident } from '../resident-index.ts';
import type { Effect, Rule, RuleView } from './rule.ts';
import { isSignOfActivity, showsCharging } from './signs-of-activity.ts';

const name = 'inactivity';

const nobodyWatches = {
  zh: '登记已变更：没有设备再为这位居民显示活动，或已不再看护；现状无从得知',
  en: 'The registry changed: no device shows this resident’s activity any more, or nobody asks for it; their state is not known',
  values: {},
};

/** What is known of one resident's activity. */
interface InactivityState {
  /** Listening clock of each source's gateway from which inactivity counts, in ms. */
  since: Record<string, number>;
  /** The same as platform time, epoch ms. */
  sinceAt: number;
  /** Platform time of the last sign each device gave; absent where it gave none. */
  signs: Record<string, number>;
  /** Devices whose battery last rose. */
  charging: string[];
}

/**
 * A resident living alone shows no sign of activity for the hours chosen for them, counted on the listening
 * clocks of all gateways whose devices could have shown one, and not while away. Counting starts at the
 * first record of one of these devices, and anew when people have resolved the incident.
 */
export const inactivity: Rule<InactivityState> = {
  name,
  onRecord: (entry, view) => {
    const residents = view.residents.byDevice(entry.device);
    if (residents.length === 0) return undefined;
    const latest = view.device(entry.device)?.latest ?? {};
    const active = isSignOfActivity(entry, latest);
    const charging = showsCharging(entry, latest);
    const effects: Effect<InactivityState>[] = [];
    for (const resident of residents) {
      const state = view.stateOf(resident.id);
      if (active || !state) {
        const signs = active ? { ...state?.signs, [entry.device]: view.at } : {};
        effects.push(countAnew(resident, { charging: [], ...state, signs }, view));
      } else if (charging !== undefined && charging !== state.charging.includes(entry.device)) {
        const others = state.charging.filter((device) => device !== entry.device);
        effects.push(
          keep(resident, { ...state, charging: charging ? [...others, entry.device] : others }, view),
        );
      }
      const warning = active ? view.active(resident.id) : undefined;
      if (warning) {
        const evidence = {
          zh: `${resident.place} 又有活动`,
          en: `Activity again at ${resident.place}`,
          values: { device: entry.device },
        };
        effects.push({ do: 'clear', warning, evidence, record: entry });
      }
    }
    return effects;
  },
  onIncident: (entry, view) => {
    if (entry.transition !== 'resolved') return undefined;
    return entry.warnings.flatMap((id) => {
      const warning = view.find(id);
      const resident = warning?.rule === name ? view.residents.byId(warning.key) : undefined;
      const state = resident && view.stateOf(resident.id);
      return resident && state ? [countAnew(resident, state, view)] : [];
    });
  },
  onRegistry: (warning, view) => {
    const watched = view.residents.byId(warning.key);
    if (watched && watched.sources.length > 0) return undefined;
    const evidence = view.registry.residents.has(warning.key)
      ? nobodyWatches
      : silenceEvidence({ part: 'resident', id: warning.key }, view);
    return [{ do: 'clear', warning, evidence, because: 'taken-out' }];
  },
  onDeadline: (key, view) => {
    const resident = view.residents.byId(key);
    const state = view.stateOf(key);
    if (!resident || !state) return [{ do: 'remember', key, state: undefined }];
    if (isAway(resident, view.at)) return [countAnew(resident, state, view)];
    const since = withoutAway(resident, state, view);
    const kept = keep(resident, { ...state, since }, view);
    if (kept.do === 'remember' && kept.deadline) return [kept];
    return [kept, raise(resident, state, view)];
  },
};

/** Counts from the present on every clock. */
function countAnew(
  resident: WatchedResident,
  state: Pick<InactivityState, 'signs' | 'charging'>,
  view: RuleView,
): Effect<InactivityState> {
  const since = Object.fromEntries(
    resident.sources.map(({ gateway }) => [gateway, view.gateway(gateway)?.clock ?? 0]),
  );
  return keep(resident, { ...state, since, sinceAt: view.at }, view);
}

/** Keeps a state, to be asked again when the first clock comes on which time is still left; if none, never. */
function keep(resident: WatchedResident, state: InactivityState, view: RuleView): Effect<InactivityState> {
  const since: InactivityState['since'] = Object.assign(Object.create(null), state.since);
  let deadline: { gateway: string; at: number } | undefined;
  for (const { gateway } of resident.sources) {
    const clock = view.gateway(gateway)?.clock ?? 0;
    since[gateway] ??= clock;
    const at = since[gateway] + resident.inactivityMs;
    if (at > clock) deadline ??= { gateway, at };
  }
  return { do: 'remember', key: resident.id, state: { ...state, since }, deadline };
}

function isAway({ awayFrom, awayUntil }: WatchedResident, at: number): boolean {
  if (awayFrom === null && awayUntil === null) return false;
  return at >= (awayFrom ?? 0) && at < (awayUntil ?? Number.POSITIVE_INFINITY);
}

/** The starts of counting, moved to the return of one who was away meanwhile. */
function withoutAway(
  { awayUntil }: WatchedResident,
  state: InactivityState,
  view: RuleView,
): InactivityState['since'] {
  if (awayUntil === null || awayUntil <= state.sinceAt || awayUntil > view.at) return state.since;
  const backMs = view.at - awayUntil;
  return Object.fromEntries(
    Object.entries(state.since).map(([gateway, since]) => {
      return [gateway, Math.max(since, (view.gateway(gateway)?.clock ?? 0) - backMs)];
    }),
  );
}

function raise(resident: WatchedResident, state: InactivityState, view: RuleView): Effect {
  const first = resident.sources[0]?.device;
  const limit = durationWords(resident.inactivityMs);
  const said = resident.sources.map(({ device }) => sourceWords(device, state, view));
  const about = {
    key: resident.id,
    kind: name,
    level: levelOfKind(name),
    lifeSafety: false,
    community: first?.community ?? '',
    gateway: first?.gateway,
    device: first?.id,
    subject: resident.id,
  } as const;
  const evidence = {
    zh: `${resident.place} 独居居民超过 ${limit.zh}没有活动迹象：${said.map(({ zh }) => zh).join('；')}`.slice(
      0,
      500,
    ),
    en: `No sign of activity for ${limit.en} at ${resident.place}, living alone: ${said.map(({ en }) => en).join('; ')}`.slice(
      0,
      500,
    ),
    values: {
      inactivityMs: resident.inactivityMs,
      sinceAt: state.sinceAt,
      ...Object.fromEntries(
        resident.sources.map(({ device }) => [`silentMs ${device.id}`, silentMs(device.id, state, view)]),
      ),
    },
  };
  return { do: 'raise', about, evidence, late: false };
}

function silentMs(device: string, state: InactivityState, view: RuleView): number {
  return view.at - (Object.hasOwn(state.signs, device) ? (state.signs[device] ?? 0) : state.sinceAt);
}

/** What one source has to say: that it saw nothing, or that it could not have. */
function sourceWords(device: { id: string; class: string }, state: InactivityState, view: RuleView): Words {
  const { zh, en } = classWords(device.class);
  const known = view.device(device.id);
  if (!known || known.state === 'unheard') return { zh: `${zh}从未有消息`, en: `${en} never heard` };
  if (known.state === 'stale') return { zh: `${zh}已失联`, en: `${en} not heard` };
  if (known.latest.worn?.value === 0) return { zh: `${zh}未佩戴`, en: `${en} not worn` };
  if (state.charging.includes(device.id)) return { zh: `${zh}在充电`, en: `${en} on its charger` };
  const time = durationWords(silentMs(device.id, state, view));
  if (device.class === 'watch')
    return { zh: `${zh} ${time.zh}没有走动`, en: `${en} without steps for ${time.en}` };
  const sign = device.class === 'motion-sensor' ? 'a movement' : 'a passage';
  return { zh: `${zh} ${time.zh}没有动静`, en: `${en} without ${sign} for ${time.en}` };
}
