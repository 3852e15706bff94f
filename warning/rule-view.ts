import type { Static, TObject, TProperties } from 'typebox';
import type { CommunityRegistry } from '#registry/community-registry.ts';
import type { ActiveWarnings } from './active-warnings.ts';
import type { KeyedStates } from './keyed-states.ts';
import type { Presence } from './presence.ts';
import type { DevicePresence, GatewayPresence } from './presence-rows.ts';
import { createResidentIndex, type ResidentIndex } from './resident-index.ts';
import type { Rule, RuleView, WarningSubject } from './rules/rule.ts';
import type { Warning } from './warning.ts';

/** What the engine knows, of all communities. */
export interface EngineState {
  at: () => number;
  presence: Presence;
  warnings: ActiveWarnings;
  states: KeyedStates;
  /** Those of all rules. */
  settings: object;
}

/** A rule and what it looks at in one community. */
export interface BoundRule {
  rule: Rule;
  view: RuleView;
}

/** The rules of one community at one revision of the registry, by the steps they have. */
export interface CommunityRules {
  all: readonly BoundRule[];
  onRecord: readonly BoundRule[];
  onRecordOfOther: readonly BoundRule[];
  /** The view of a rule, which may be none of these. */
  viewOf(rule: Pick<Rule, 'name'>): RuleView;
}

/** Gives every rule its view of a community. */
export function bindRules(
  rules: readonly Rule[],
  registry: CommunityRegistry,
  engine: EngineState,
): CommunityRules {
  const residents = createResidentIndex(registry);
  const views = new Map<string, RuleView>();
  const viewOf = ({ name }: Pick<Rule, 'name'>): RuleView => {
    const view = views.get(name) ?? new CommunityView(name, { registry, residents, engine, viewOf });
    views.set(name, view);
    return view;
  };
  const all = rules.map((rule) => ({ rule, view: viewOf(rule) }));
  return {
    all,
    onRecord: all.filter(({ rule }) => rule.onRecord),
    onRecordOfOther: all.filter(({ rule }) => rule.onRecordOfOther),
    viewOf,
  };
}

interface ViewParts {
  registry: CommunityRegistry;
  residents: ResidentIndex;
  engine: EngineState;
  viewOf: CommunityRules['viewOf'];
}

/** A class, since there is one a rule and community: its functions are there once. */
class CommunityView implements RuleView {
  readonly rule: string;
  readonly registry: CommunityRegistry;
  readonly residents: ResidentIndex;
  readonly settings: object;
  readonly #engine: EngineState;
  readonly #viewOf: CommunityRules['viewOf'];
  readonly #community: string;

  constructor(rule: string, parts: ViewParts) {
    this.rule = rule;
    this.registry = parts.registry;
    this.residents = parts.residents;
    this.settings = parts.engine.settings;
    this.#engine = parts.engine;
    this.#viewOf = parts.viewOf;
    this.#community = parts.registry.community.id;
  }

  get at(): number {
    return this.#engine.at();
  }

  device(id: string): DevicePresence | undefined {
    return this.#engine.presence.device(this.#community, id);
  }

  gateway(key: string): GatewayPresence | undefined {
    return this.#engine.presence.gateway(key);
  }

  active(key: string): Warning | undefined {
    return this.#engine.warnings.active(this.#place(key));
  }

  countActive(gateway: string): number {
    return this.#engine.warnings.countActive(this.rule, this.#community, gateway);
  }

  stateOf(key: string): object | undefined {
    return this.#engine.states.get(this.#place(key));
  }

  find(id: string): Warning | undefined {
    const warning = this.#engine.warnings.find(id);
    return warning?.community === this.#community ? warning : undefined;
  }

  activeOf(subject: string): readonly Warning[] {
    return this.#engine.warnings.activeOf({ community: this.#community, subject });
  }

  as<S extends object, P extends TProperties>(rule: Rule<S, P>): RuleView<S, Static<TObject<P>>> {
    // A rule's state comes back as it was given, and its settings are among all that were loaded.
    return this.#viewOf(rule) as unknown as RuleView<S, Static<TObject<P>>>;
  }

  #place(key: string) {
    return { community: this.#community, rule: this.rule, key };
  }
}

/** The building in which a warning is, as far as the registry knows its device. */
export function buildingOf(
  { device: id }: WarningSubject,
  registry: CommunityRegistry | undefined,
): string | undefined {
  const device = registry?.devices.get(id ?? '');
  if (!registry || !device) return undefined;
  const unit = registry.units.get(device.unit ?? '');
  return registry.dwellings.get(device.dwelling ?? '')?.building ?? device.building ?? unit?.building;
}
