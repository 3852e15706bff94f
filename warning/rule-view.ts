import type { CommunityRegistry } from '#registry/community-registry.ts';
import type { ActiveWarnings } from './active-warnings.ts';
import type { KeyedStates } from './keyed-states.ts';
import type { Presence } from './presence.ts';
import { createResidentIndex } from './resident-index.ts';
import type { RuleView, WarningSubject } from './rules/rule.ts';

/** Creates what rules may look at, of one community at one revision of the registry. */
export function createRuleView(
  registry: CommunityRegistry,
  engine: { at: () => number; presence: Presence; warnings: ActiveWarnings; states: KeyedStates },
): RuleView {
  const { presence, warnings, states } = engine;
  const community = registry.community.id;
  return {
    get at() {
      return engine.at();
    },
    registry,
    residents: createResidentIndex(registry),
    device: (id) => presence.device(community, id),
    gateway: (key) => presence.gateway(key),
    active: (rule, key) => warnings.active({ community, rule, key }),
    find: (id) => {
      const warning = warnings.find(id);
      return warning?.community === community ? warning : undefined;
    },
    activeOf: (subject) => warnings.activeOf({ community, subject }),
    countActive: (rule, gateway) => warnings.countActive(rule, community, gateway),
    stateOf: (rule, key) => states.get({ community, rule, key }),
  };
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
