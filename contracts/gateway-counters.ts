/**
 * Counts of a gateway's heartbeats that charts show; a gateway may count more. Named one by one, so that no gateway
 * can fill the store with names of its own.
 */
export const gatewayCounters = [
  'alarm-accepted',
  'alarm-resent',
  'alarm-dead-letters',
  'telemetry-accepted',
  'telemetry-dropped',
  'telemetry-resent',
  'telemetry-dead-letters',
  'outbox-full',
  'connection-lost',
  'connection-failed',
  'flow-editor-refused',
  'adapters-refused',
] as const;
export type GatewayCounter = (typeof gatewayCounters)[number];

/** Those that count refusals; reported from 0 on, so that the first one is a rise. */
export const refusalCounters = [
  'alarm-dead-letters',
  'telemetry-dead-letters',
  'outbox-full',
  'flow-editor-refused',
  'adapters-refused',
] as const satisfies readonly GatewayCounter[];

/** Counts since the start of the agent, by name. */
export type GatewayCounts = Partial<Record<GatewayCounter, number>>;

/** Names by which gateways of earlier versions send these counts. */
const formerNames: Partial<Record<GatewayCounter, string>> = {
  'alarm-accepted': 'alarm-taken',
  'telemetry-accepted': 'telemetry-taken',
  'alarm-dead-letters': 'alarm-set-aside',
  'telemetry-dead-letters': 'telemetry-set-aside',
};

/** Picks the known counts of a heartbeat, by their present or their former names. */
export function gatewayCountsOf(counters: Readonly<Record<string, number>>): GatewayCounts {
  return Object.fromEntries(
    gatewayCounters.flatMap((name) => {
      const sent = [name, formerNames[name]].find(
        (each) => each !== undefined && Object.hasOwn(counters, each),
      );
      return sent === undefined ? [] : [[name, counters[sent]]];
    }),
  );
}
