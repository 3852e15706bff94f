import { identityOf } from '#contracts/journal-entry.ts';
import type { Evidence, Validity, WarningTransition } from '#contracts/warning-transition.ts';
import type { Effect, ReceivedRecord } from './rules/rule.ts';
import { unreadableAlarm } from './rules/unreadable-alarm.ts';
import { type Warning, warningId } from './warning.ts';
import { nextWarningState, type WarningEvent } from './warning-lifecycle.ts';
import { type Cause, transitionOf, type Written } from './write-transition.ts';

/** What is read of warnings and transitions that are on disk. */
export interface WarningArchive {
  findWarning(id: string): Warning | undefined;
  /**
   * @param record Identity of an alarm's record, see `identityOf`.
   * @param rule Rule that it counts for, or `everyRule` for any.
   */
  hasAlarm(record: string, rule: string): boolean;
  /** True where the device's own gateway reported the alarm of this origin within a day before `capturedAt`, or after. */
  ownSaid(alarm: {
    community: string;
    subject: string;
    kind: string;
    origin: string;
    capturedAt: number;
  }): boolean;
}

/** Rule of an unreadable alarm's record: any rule, since it could not be read. */
export const everyRule = '';

/** The rule that a record counts for once `rule` has raised a warning from it. */
export function coveredRule(rule: string): string {
  return rule === unreadableAlarm.name ? everyRule : rule;
}

interface Standing {
  rule: string;
  key: string;
  /** Position of the entry from which it was raised. */
  position: number;
}

/** A line of the log with the subject it is found by. */
export interface NewTransition {
  line: WarningTransition;
  subject: string;
}

type Raise = Extract<Effect, { do: 'raise' }>;
type Repeat = Extract<Effect, { do: 'repeat' }>;
type Clear = Extract<Effect, { do: 'clear' }>;
type Change = Extract<Effect, { do: 'change' }>;

/** What a batch changed, to be saved in one transaction. */
export interface WarningChanges {
  transitions: NewTransition[];
  warnings: Warning[];
}

/** All warnings whose condition holds, and the transitions written since the last save. */
export class ActiveWarnings {
  readonly #archive: WarningArchive;
  readonly #active = new Map<string, Warning>();
  readonly #byId = new Map<string, Warning>();
  readonly #bySubject = new Map<string, Set<Warning>>();
  readonly #counts = new Map<string, number>();
  #changed = new Map<string, Warning>();
  #transitions: NewTransition[] = [];
  /** Positions of the alarms' records among these transitions, by identity. */
  #records = new Map<string, Standing[]>();
  #sequence: number;

  /** @param active Warnings whose condition holds, in the order they were raised. */
  constructor(archive: WarningArchive, active: Warning[], sequence: number) {
    this.#archive = archive;
    this.#sequence = sequence;
    for (const warning of active) this.#index(warning);
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Every warning whose condition holds. */
  allActive(): Iterable<Warning> {
    return this.#byId.values();
  }

  get activeCount(): number {
    return this.#byId.size;
  }

  active({ community, rule, key }: Pick<Warning, 'community' | 'rule' | 'key'>): Warning | undefined {
    return this.#active.get(slot(community, rule, key));
  }

  activeOf({ community, subject }: Pick<Warning, 'community' | 'subject'>): readonly Warning[] {
    const warnings = this.#bySubject.get(slot(community, subject));
    return warnings ? [...warnings] : [];
  }

  countActive(rule: string, community: string, gateway: string): number {
    return this.#counts.get(slot(community, rule, gateway)) ?? 0;
  }

  find(id: string): Warning | undefined {
    return this.#byId.get(id) ?? this.#changed.get(id) ?? this.#archive.findWarning(id);
  }

  /** @returns False where the log already has the record for this rule and key. */
  raise(rule: string, effect: Raise, building: string | undefined, cause: Cause): boolean {
    const { about, record, late, evidence } = effect;
    if (record && (this.#stands(record, { rule, key: about.key }, cause) || this.#ownSaid(record, about)))
      return false;
    const id = warningId({ ...about, rule }, record ? identityOf(record) : cause.position);
    const warning: Warning = {
      id,
      rule,
      ...about,
      late,
      building,
      openedBy: this.#sequence + 1,
      raisedAt: cause.at,
      state: 'active',
      validity: 'unknown',
    };
    if (record) {
      warning.firstAlarmAt = record.capturedAt;
      warning.lastAlarmAt = record.capturedAt;
      if (record.saidByOther) warning.saidByOther = true;
    }
    this.#index(warning);
    this.#changed.set(id, warning);
    this.#write(warning, { transition: 'raised', evidence, late, record, cause });
    return true;
  }

  /** @returns False where the log already has the record, or the warning is over. */
  repeat(effect: Repeat, cause: Cause): boolean {
    const { warning, record, late, evidence } = effect;
    const wasHeld = warning.state === 'held';
    if (
      this.#stands(record, warning, cause) ||
      this.#ownSaid(record, warning) ||
      !this.#move(warning, late ? 'repeat-late' : 'repeat')
    )
      return false;
    // What people said it was, they said of the alarms before.
    if (wasHeld && !late) warning.validity = 'unknown';
    if (!record.saidByOther && !late) {
      delete warning.saidByOther;
      delete warning.takenOut;
    }
    warning.lastAlarmAt = Math.max(warning.lastAlarmAt ?? record.capturedAt, record.capturedAt);
    this.#write(warning, { transition: 'repeated', evidence, late, record, cause });
    return true;
  }

  /** @param byPeople They resolved its incident; no end was reported. */
  clear(effect: Omit<Clear, 'do'>, cause: Cause, byPeople?: true): boolean {
    const { warning, evidence, record, because } = effect;
    if (!this.#move(warning, 'clear')) return false;
    this.#unindex(warning);
    this.#write(warning, { transition: 'cleared', evidence, late: false, record, cause, byPeople, because });
    return true;
  }

  /** It is about other devices than before, or about what was taken out; what holds, holds. */
  change({ warning, evidence, record, because }: Omit<Change, 'do'>, cause: Cause): void {
    if (because === 'taken-out') {
      warning.takenOut = true;
      this.#changed.set(warning.id, warning);
    }
    this.#write(warning, { transition: 'changed', evidence, late: false, record, cause, because });
  }

  /** People resolved its incident while its device still reports it: it is held, without a notice. */
  hold(warning: Warning): void {
    this.#move(warning, 'hold');
  }

  /** The incident of a held warning is open again. */
  reopen(warning: Warning): void {
    this.#move(warning, 'reopen');
  }

  acknowledge(warning: Warning, evidence: Evidence, cause: Cause): boolean {
    if (!this.#move(warning, 'acknowledge')) return false;
    this.#write(warning, { transition: 'acknowledged', evidence, late: false, cause });
    return true;
  }

  validate(warning: Warning, validity: Validity, evidence: Evidence, cause: Cause): void {
    warning.validity = validity;
    this.#changed.set(warning.id, warning);
    this.#write(warning, { transition: 'validated', evidence, late: false, cause });
  }

  /** What was added since the last call. */
  takeChanges(): WarningChanges {
    const changes = { transitions: this.#transitions, warnings: [...this.#changed.values()] };
    this.#transitions = [];
    this.#records = new Map();
    this.#changed = new Map();
    return changes;
  }

  /**
   * One record may raise several warnings, as long as its entry is in hand: one a rule and key. Where the same record
   * comes in another entry, a rule that it counts for is refused, whatever key it would have now.
   */
  #stands(record: ReceivedRecord, { rule, key }: Pick<Warning, 'rule' | 'key'>, cause: Cause): boolean {
    const identity = identityOf(record);
    const asked = coveredRule(rule);
    const isMet = (one: Standing) => {
      if (one.position === cause.position) return one.rule === asked && one.key === key;
      return one.rule === asked || one.rule === everyRule || asked === everyRule;
    };
    return this.#records.get(identity)?.some(isMet) || this.#archive.hasAlarm(identity, asked);
  }

  /**
   * Two gateways may hear one alarm: by its origin it is the same. What another gateway says never takes the place of
   * what the own one says, in whatever order they come.
   */
  #ownSaid(
    { community, saidByOther, origin, capturedAt }: ReceivedRecord,
    { subject, kind }: { subject: string; kind: string },
  ) {
    if (!saidByOther || origin === undefined) return false;
    const isSame = ({ line, subject: of }: NewTransition) =>
      of === subject &&
      line.community === community &&
      line.kind === kind &&
      line.origin === origin &&
      !line.saidByOther;
    return (
      this.#transitions.some(isSame) ||
      this.#archive.ownSaid({ community, subject, kind, origin, capturedAt })
    );
  }

  #move(warning: Warning, event: WarningEvent): boolean {
    const next = nextWarningState(warning.state, event);
    if (!next) return false;
    warning.state = next;
    this.#changed.set(warning.id, warning);
    return true;
  }

  #write(warning: Warning, what: Written): void {
    this.#sequence += 1;
    const line = transitionOf(warning, this.#sequence, what);
    const { record, transition } = what;
    this.#transitions.push({ line, subject: warning.subject });
    if (!record || (transition !== 'raised' && transition !== 'repeated')) return;
    const identity = identityOf(record);
    const stands = { rule: coveredRule(warning.rule), key: warning.key, position: what.cause.position };
    this.#records.set(identity, [...(this.#records.get(identity) ?? []), stands]);
  }

  #index(warning: Warning): void {
    const { community, rule, key, subject } = warning;
    this.#active.set(slot(community, rule, key), warning);
    this.#byId.set(warning.id, warning);
    const sameSubject = this.#bySubject.get(slot(community, subject)) ?? new Set();
    this.#bySubject.set(slot(community, subject), sameSubject.add(warning));
    this.#count(warning, 1);
  }

  #unindex(warning: Warning): void {
    const { community, rule, key, subject } = warning;
    this.#active.delete(slot(community, rule, key));
    this.#byId.delete(warning.id);
    const sameSubject = this.#bySubject.get(slot(community, subject));
    sameSubject?.delete(warning);
    if (sameSubject?.size === 0) this.#bySubject.delete(slot(community, subject));
    this.#count(warning, -1);
  }

  #count(warning: Warning, change: 1 | -1): void {
    if (warning.gateway === undefined) return;
    const key = slot(warning.community, warning.rule, warning.gateway);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
  }
}

/** One name for what is known by several; neither a community nor a rule has a space in it. */
function slot(...parts: [community: string, ...string[]]): string {
  return parts.join(' ');
}
