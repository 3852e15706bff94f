import { isAlarm } from '#contracts/facts/event-kinds.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { unknownCommunity } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import { ActiveWarnings, type WarningChanges } from './active-warnings.ts';
import type { DecidingSettings } from './config.ts';
import { gatewayKey } from './gateway-key.ts';
import { KeyedStates } from './keyed-states.ts';
import { applyPeopleResponse } from './people-response.ts';
import { Presence } from './presence.ts';
import type { PresenceChange } from './presence-rows.ts';
import { takenOutEffects } from './removals.ts';
import { type BoundRule, bindRules, buildingOf, type CommunityRules } from './rule-view.ts';
import type { Effect, ReceivedRecord, Rule } from './rules/rule.ts';
import { unreadableAlarm } from './rules/unreadable-alarm.ts';
import type { Warning } from './warning.ts';
import type { Loaded, WarningStore } from './warning-store.ts';
import type { Cause } from './write-transition.ts';

/** Counts of entries without a transition, since the engine was opened. */
export interface EngineCounters {
  /** Late events that warn of nothing any more. */
  droppedLate: number;
  /** Repeats and ends that the lifecycle refused. */
  refused: number;
  /** Steps of rules, and of who is there, that threw. */
  failedSteps: number;
}

/** What an engine is made of. */
export interface EngineOptions {
  store: WarningStore;
  rules: readonly Rule[];
  settings: DecidingSettings;
  log: Logger;
  counters: EngineCounters;
}

type RuleStep = (bound: BoundRule) => readonly Effect<object>[] | undefined;

/** Steps of the engine that are no rule's, as its log names them. */
const present = { name: 'presence' };
const response = { name: 'people-response' };

/**
 * The engine proper: takes journal entries in order and knows, at each, what is on disk plus what they
 * changed. It reads no clock; the same entries give the same transitions, however they are cut into batches.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly presence: Presence;
  readonly warnings: ActiveWarnings;
  readonly #states: KeyedStates;
  #registry: Registry | undefined;
  /** The rules with what they may look at, by community; made anew with every registry. */
  readonly #bound = new Map<string, CommunityRules>();
  /** Communities whose warnings are still to be compared with what the registry has. */
  readonly #changedCommunities = new Set<string>();
  #at = 0;
  #position: number;

  constructor(loaded: Loaded, options: EngineOptions) {
    this.#options = options;
    this.#position = loaded.cursor;
    this.presence = new Presence(loaded.presence, options.settings);
    this.warnings = new ActiveWarnings(options.store, loaded.active, loaded.sequence);
    this.#states = new KeyedStates(loaded.states);
  }

  /** Position of the last entry taken. */
  get position(): number {
    return this.#position;
  }

  /** Goes back to an earlier position: transitions in the log are not written again. */
  rewind(position: number): void {
    this.#position = position;
  }

  #takeRegistry(registry: Registry): void {
    if (registry === this.#registry) return;
    const before = this.#registry;
    this.#registry = registry;
    // A community that did not change is the same object, and so is all that was made of it.
    for (const community of this.#bound.keys()) {
      if (before?.of(community) !== registry.of(community)) this.#bound.delete(community);
    }
    this.presence.sync(registry, before);
    for (const [community, own] of registry.communities) {
      if (before?.of(community) !== own) this.#changedCommunities.add(community);
    }
  }

  /**
   * Takes entries of the journal and saves what they changed in one transaction.
   *
   * @throws where they cannot be saved; the engine is then ahead of its file and must be made anew.
   */
  run(entries: readonly JournalEntry[], registry: Registry): WarningChanges {
    this.#takeRegistry(registry);
    for (const entry of entries) this.#apply(entry);
    return this.#save();
  }

  /**
   * Passes over an entry that fails at every attempt. An alarm becomes one to verify, unless even that fails.
   *
   * @throws as `run` does.
   */
  skip(entry: JournalEntry, registry: Registry, keepsAlarm: boolean): WarningChanges {
    this.#takeRegistry(registry);
    this.#at = entry.receivedAt;
    this.#position = entry.position;
    if (keepsAlarm && entry.class === 'record') this.#keepAlarm(entry, 'the engine failed');
    return this.#save();
  }

  #save(): WarningChanges {
    const changes = this.warnings.takeChanges();
    const { presence } = this;
    const states = this.#states.takeChanges();
    this.#options.store.save({
      cursor: this.#position,
      sequence: this.warnings.sequence,
      changes,
      presence,
      states,
    });
    return changes;
  }

  #apply(entry: JournalEntry): void {
    this.#at = entry.receivedAt;
    this.#position = entry.position;
    this.#followTakenOut();
    if (entry.class === 'record') this.#takeRecord(entry);
    else if (entry.class === 'tick')
      this.#announce(this.#attempt(present, () => this.presence.onTick(entry)));
    else if (entry.class === 'gateway') {
      this.#announce(this.#attempt(present, () => this.presence.onGateway(entry)));
      this.#askAll(entry.community, ({ rule, view }) => rule.onGateway?.(entry, view));
      this.#askDue(entry.community, entry.gateway);
    } else if (entry.class === 'incident') {
      this.#attempt(response, () => applyPeopleResponse(entry, this.warnings, this.#cause()));
      this.#askAll(entry.community, ({ rule, view }) => rule.onIncident?.(entry, view));
    }
  }

  #takeRecord(entry: ReceivedRecord): void {
    this.#announce(this.#attempt(present, () => this.presence.onRecord(entry)));
    const bound = this.#boundOf(entry.community);
    let failed: Rule | undefined;
    let stands = false;
    for (const { rule, view } of entry.saidByOther ? bound.onRecordOfOther : bound.onRecord) {
      try {
        const effects = entry.saidByOther
          ? rule.onRecordOfOther?.(entry, view)
          : rule.onRecord?.(entry, view);
        if (effects && this.#carryOut(rule, entry.community, effects)) stands = true;
      } catch (error) {
        failed = rule;
        this.#countFailure(rule, error);
      }
    }
    if (failed && !stands) this.#keepAlarm(entry, `rule ${failed.name} failed`);
    if (!entry.saidByOther) this.#attempt(present, () => this.presence.updateLatest(entry));
    this.#askDue(entry.community, entry.gateway);
  }

  /** An alarm on which a rule failed is raised to be verified, never lost. */
  #keepAlarm(entry: ReceivedRecord, why: string): void {
    if (entry.lane !== 'alarm' || entry.body.type !== 'event' || !isAlarm(entry.body)) return;
    const unreadable = { reason: `${why} on ${entry.body.kind}` };
    const view = this.#boundOf(entry.community).viewOf(unreadableAlarm);
    const asked = { ...entry, body: { ...entry.body, kind: 'unreadable-alarm', unreadable } } as const;
    const effects = this.#attempt(unreadableAlarm, () => unreadableAlarm.onRecord?.(asked, view));
    this.#carryOut(unreadableAlarm, entry.community, effects);
  }

  #announce(changes: readonly PresenceChange[] | undefined): void {
    for (const change of changes ?? []) {
      const { community } = 'device' in change ? change.device : change.gateway;
      this.#askAll(community, ({ rule, view }) => rule.onPresence?.(change, view));
    }
  }

  #askDue(community: string, gateway: string): void {
    const presence = this.presence.gateway(gatewayKey(community, gateway));
    if (!presence) return;
    for (const { rule: name, key } of this.#states.due(presence.key, presence.clock)) {
      const due = this.#boundOf(community).all.find(({ rule }) => rule.name === name);
      if (due) this.#ask(due, community, ({ rule, view }) => rule.onDeadline?.(key, view));
    }
  }

  /** A change of the registry is no entry of the journal: its effects belong to the next entry. */
  #followTakenOut(): void {
    if (this.#changedCommunities.size === 0) return;
    for (const warning of [...this.warnings.allActive()]) {
      if (this.#changedCommunities.has(warning.community)) this.#askRegistry(warning);
    }
    this.#changedCommunities.clear();
  }

  #askRegistry(warning: Warning | undefined): void {
    if (!warning || !this.#registry?.of(warning.community)) return;
    const { community, rule: name } = warning;
    const rule: Rule = this.#options.rules.find((known) => known.name === name) ?? { name };
    const bound = { rule, view: this.#boundOf(community).viewOf(rule) };
    this.#ask(bound, community, ({ view }) => (rule.onRegistry ?? takenOutEffects)(warning, view));
  }

  #askAll(community: string, step: RuleStep): void {
    for (const bound of this.#boundOf(community).all) this.#ask(bound, community, step);
  }

  #ask(bound: BoundRule, community: string, step: RuleStep): void {
    const effects = this.#attempt(bound.rule, () => step(bound));
    if (effects) this.#carryOut(bound.rule, community, effects);
  }

  #attempt<T>(rule: Pick<Rule, 'name'>, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.#countFailure(rule, error);
      return undefined;
    }
  }

  #countFailure(rule: Pick<Rule, 'name'>, error: unknown): void {
    this.#options.counters.failedSteps += 1;
    this.#options.log.error({ err: error, rule: rule.name, position: this.#position }, 'rule failed');
  }

  /** @returns True where the log now has the current entry as an alarm. */
  #carryOut(rule: Rule, community: string, effects: readonly Effect<object>[] | undefined): boolean {
    let stands = false;
    const { counters } = this.#options;
    for (const effect of effects ?? []) {
      if (effect.do === 'remember') {
        const { key, state, deadline } = effect;
        this.#states.set({ community, rule: rule.name, key }, state, deadline);
      } else if (effect.do === 'drop') counters.droppedLate += 1;
      else if (effect.do === 'raise') {
        const building = buildingOf(effect.about, this.#registry?.of(community));
        if (this.warnings.raise(rule.name, effect, building, this.#cause())) stands = true;
        else counters.refused += 1;
        // What it is about may have been taken out between the record and now.
        this.#askRegistry(this.warnings.active({ community, rule: rule.name, key: effect.about.key }));
      } else if (effect.do === 'repeat') {
        if (this.warnings.repeat(effect, this.#cause())) stands = true;
        else counters.refused += 1;
        this.#askRegistry(effect.warning);
      } else if (effect.do === 'change') this.warnings.change(effect, this.#cause());
      else if (!this.warnings.clear(effect, this.#cause())) counters.refused += 1;
    }
    return stands;
  }

  #cause(): Cause {
    return { at: this.#at, position: this.#position };
  }

  #boundOf(community: string): CommunityRules {
    const known = this.#bound.get(community);
    if (known) return known;
    const { rules, settings } = this.#options;
    const registry = this.#registry?.of(community) ?? unknownCommunity(community);
    const bound = bindRules(rules, registry, {
      at: () => this.#at,
      presence: this.presence,
      warnings: this.warnings,
      states: this.#states,
      settings,
    });
    this.#bound.set(community, bound);
    return bound;
  }
}
