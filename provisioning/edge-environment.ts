import { gb26875Settings } from '#edge/adapters/gb26875/config.ts';
import { hikvisionSettings } from '#edge/adapters/hikvision-isapi/config.ts';
import { httpSettings } from '#edge/adapters/http/config.ts';
import { watch3gSettings } from '#edge/adapters/watch-3g/config.ts';
import { zigbee2mqttSettings } from '#edge/adapters/zigbee2mqtt/config.ts';

/** Agents beside the platform: on site for what is wired or near, hosted for what comes over the mobile network. */
export type EdgeName = 'edge' | 'edge-hosted';

type Environment = Record<string, string>;

const ofHosted = [watch3gSettings.part];
const ofSite = [
  ...[gb26875Settings, hikvisionSettings, httpSettings, zigbee2mqttSettings].map(({ part }) => part),
  'EDGE_FLOW',
];
/** What only one agent may have: given for both, it is meant for the one on site. */
const ofSiteAlone = ['EDGE_HEALTH_PORT', 'EDGE_GATEWAY', 'EDGE_PASSWORD', 'EDGE_PASSWORD_FILE'];
const hostedPrefix = 'EDGE_HOSTED_';

/**
 * What each agent starts from, before its environment: it leaves the other's adapters closed. Those that
 * need a secret have none at the hosted one.
 */
export const edgeDefaults: Record<EdgeName, Environment> = {
  edge: { EDGE_WATCH3G_ENABLED: 'false' },
  'edge-hosted': { EDGE_GB26875_ENABLED: 'false', EDGE_HEALTH_PORT: '9418' },
};

/**
 * The environment of one of the agents on this machine: of what is given to all processes its own share, so
 * that a port set once is not opened twice. `EDGE_HOSTED_X` is `EDGE_X` of the hosted one alone, and wins. An agent that
 * is alone speaks every protocol.
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
