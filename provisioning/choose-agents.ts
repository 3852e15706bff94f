import type { CommunityPlan } from '#registry/community-plan.ts';
import { knownWords } from '#registry/nearest.ts';
import type { Installation } from './folder-purpose.ts';

/** The gateways of a community whose agents run on this machine. */
export type LocalAgents = Pick<Installation, 'site' | 'hosted'>;

/**
 * Chooses the gateways whose agents run beside the platform: as hosted, the first that has only watches; as on site, the
 * first of the others. A single agent runs every protocol.
 *
 * @param asked The gateways to run; none where it is empty, chosen by their devices where it is undefined.
 * @throws where one of them is not in the plan, or they cannot run on one machine.
 */
export function chooseAgents(
  { community, gateways, devices }: CommunityPlan,
  asked?: readonly string[],
): LocalAgents {
  const known = gateways.map(({ id }) => id);
  const unknown = asked?.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new Error(`--agents: no gateway "${unknown}" in ${community.id}${knownWords(unknown, known)}`);
  }
  const protocolsOf = (gateway: string) =>
    new Set(devices.flatMap((device) => (device.gateway === gateway ? [device.address.split(':')[0]] : [])));
  const isOfWatches = (gateway: string) => {
    const protocols = protocolsOf(gateway);
    return protocols.size === 1 && protocols.has('watch-3g');
  };
  const from = asked ?? known;
  const hosted = from.length < 2 ? undefined : from.find(isOfWatches);
  const site = from.find((id) => id !== hosted);
  const spare = asked?.find((id) => id !== site && id !== hosted);
  if (spare !== undefined) {
    throw new Error(
      `--agents: ${spare} cannot run beside ${site}: on one machine there is one agent on site, and one for watches`,
    );
  }
  return { ...(site !== undefined && { site }), ...(hosted !== undefined && { hosted }) };
}
