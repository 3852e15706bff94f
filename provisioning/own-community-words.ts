import type { Platform } from './platform.ts';
import type { PreparedCommunity } from './prepare-own.ts';

/** Lines printed after starting one's own community; passwords and secrets of gateways are shown only this once. */
export function ownCommunityLines(
  prepared: PreparedCommunity,
  { url, brokerUrl, devices }: Pick<Platform, 'url' | 'brokerUrl' | 'devices'>,
): string[] {
  const { installation, account, wallCode, isWithoutManager } = prepared;
  const { community, site, hosted } = installation;
  const lines = [`\n守望 Shouwang: ${url}`, `  ${community}: ${url}/console/`];
  if (account) {
    lines.push(
      `  first manager: ${account.login}  ${account.password}`,
      '    told this once; npm run provision -- person password <login> gives another',
    );
  }
  lines.push(
    isWithoutManager
      ? '  nobody can sign in yet: write a person with the right "manager" into the plan, and start with it again'
      : `  further accounts: npm run provision -- account ${community} <person> <login>`,
  );
  if (wallCode) {
    lines.push(
      `  a wall: open ${url}/console/ on its screen, choose 这是一面值守墙, type ${wallCode.code} within 10 min`,
      '    later codes: the manager, 值守墙',
    );
  }
  if (site !== undefined) {
    lines.push(
      `  agent ${site}, on this machine: fire panels to TCP port ${devices.gb26875Port}; gate terminals to`,
      `    ${devices.gateUrl}; Zigbee2MQTT to port ${devices.zigbee.port}, password ${devices.zigbee.password}`,
    );
  }
  const ofWatches = hosted ?? site;
  if (ofWatches !== undefined) {
    lines.push(`  agent ${ofWatches}, on this machine: watches to TCP port ${devices.watch3gPort}`);
  }
  const others = Object.entries(prepared.secretsOfOthers);
  if (others.length > 0) {
    lines.push(
      `  gateways elsewhere connect to ${brokerUrl} with these, told this once (provision -- gateway gives another):`,
      ...others.map(([username, secret]) => `    ${username}  ${secret}`),
    );
  }
  lines.push(
    '  from outside this machine: set DASHBOARD_HOST, BROKER_HOST, EDGE_…_HOST (docs/configuration.md)',
  );
  return lines;
}
