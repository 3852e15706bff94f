import { adapters } from '#edge/adapters/all.ts';

/** Agents beside the platform: on site for wired and nearby devices, hosted for devices on the mobile network. */
export type EdgeName = 'edge' | 'edge-hosted';

type Environment = Record<string, string>;

const settingsOf = (network: 'site' | 'mobile') =>
  adapters.map(({ settings }) => settings).filter((settings) => settings.network === network);
const ofHosted = settingsOf('mobile').map(({ part }) => part);
const ofSite = [...settingsOf('site').map(({ part }) => part), 'EDGE_FLOW'];
const switchedOff = (network: 'site' | 'mobile'): Environment =>
  Object.fromEntries(
    settingsOf(network)
      .filter(({ schema }) => Object.hasOwn(schema.properties, 'enabled'))
      .map(({ part }) => [`${part}_ENABLED`, 'false']),
  );
/** Settings that only one agent may have: set for both, they apply to the one on site. */
const ofSiteAlone = ['EDGE_HEALTH_PORT', 'EDGE_GATEWAY', 'EDGE_PASSWORD', 'EDGE_PASSWORD_FILE'];
const hostedPrefix = 'EDGE_HOSTED_';

/**
 * Defaults of each agent, before its environment: the other agent's adapters stay closed. Those that need a secret have
 * none at the hosted one.
 */
export const edgeDefaults: Record<EdgeName, Environment> = {
  edge: switchedOff('mobile'),
  'edge-hosted': { ...switchedOff('site'), EDGE_HEALTH_PORT: '9418' },
};

/**
 * The environment of one of the agents on this machine: its own share of what is set for all processes, so that a port
 * set once is not opened twice. `EDGE_HOSTED_X` is `EDGE_X` of the hosted one only, and wins. A single agent runs every
 * protocol.
 */
export function edgeEnvironment(name: EdgeName, given: Environment, { isAlone = false } = {}): Environment {
  const isOf = (parts: string[], variable: string) => parts.some((part) => variable.startsWith(`${part}_`));
  const share = Object.entries(given).filter(([variable]) => {
    if (variable.startsWith(hostedPrefix)) return false;
    if (isAlone) return true;
    if (name === 'edge') return !isOf(ofHosted, variable);
    return !isOf(ofSite, variable) && !ofSiteAlone.includes(variable);
  });
  const hosted = Object.entries(given).flatMap(([variable, value]) =>
    name === 'edge-hosted' && variable.startsWith(hostedPrefix)
      ? [[`EDGE_${variable.slice(hostedPrefix.length)}`, value] as const]
      : [],
  );
  return { ...Object.fromEntries(share), ...Object.fromEntries(hosted) };
}
