/**
 * Counts of a gateway's heartbeats that charts show; a gateway may count more. Named one by one, so that no gateway
 * can fill the store with names of its own.
 */
export const gatewayCounters = [
  'alarm-accepted',
  'alarm-resent',
  'alarm-set-aside',
  'telemetry-accepted',
  'telemetry-dropped',
  'telemetry-resent',
  'telemetry-set-aside',
  'outbox-full',
  'connection-lost',
  'connection-failed',
  'flow-editor-refused',
  'adapters-refused',
] as const;
export type GatewayCounter = (typeof gatewayCounters)[number];

/** Those that say that something was refused or left out; told from 0 on, so that the first is a rise. */
export const refusalCounters = [
  'alarm-set-aside',
  'telemetry-set-aside',
  'outbox-full',
  'flow-editor-refused',
  'adapters-refused',
] as const satisfies readonly GatewayCounter[];

/** Counts since the start of the agent, by name. */
export type GatewayCounts = Partial<Record<GatewayCounter, number>>;

/** Takes the known counts out of a heartbeat's. */
export function gatewayCountsOf(counters: Readonly<Record<string, number>>): GatewayCounts {
  return Object.fromEntries(
    gatewayCounters.flatMap((name) => {
      const count = Object.hasOwn(counters, name) ? counters[name] : undefined;
      return count === undefined ? [] : [[name, count]];
    }),
  );
}
