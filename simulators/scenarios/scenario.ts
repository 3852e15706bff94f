import { setTimeout as wait } from 'node:timers/promises';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '../page-client.ts';

/** Where a gateway's devices connect, on this machine. */
export interface DeviceAddresses {
  watch3gPort: number;
  gb26875Port: number;
  /** Address set in the gate terminals, with its secret last part. */
  gateUrl: string;
  /** The gateway's MQTT listener for Zigbee2MQTT. */
  zigbee: { port: number; password: string };
}

/** What a running `npm start` writes down for programs beside it. */
export interface Running {
  /** Address of the pages. */
  url: string;
  /** Where gateways connect. */
  brokerUrl: string;
  devices: DeviceAddresses;
}

/** A number that a scenario may be given as `--name value`. */
export interface ScenarioOption {
  words: string;
  default: number;
  minimum: number;
  maximum: number;
}

/** What a scenario is played with. */
export interface ScenarioRun {
  running: Running;
  dataDir: string;
  /** Secrets of gateways on this machine, by `community.gateway`. */
  gatewaySecrets: Readonly<Record<string, string>>;
  /** A guard's page, live. */
  page: PageClient;
  /** Every option of the scenario, given or by default. */
  options: Readonly<Record<string, number>>;
  /** Prints a line of what happens. */
  print(line: string): void;
  /** Ends with the scenario's patience, or when whoever started it stops it. */
  signal: AbortSignal;
}

/** What came of it. */
export interface ScenarioResult {
  /** From the first byte to the end that was awaited, in ms. */
  elapsedMs: number;
  /** For a table: an incident's number, or how many. */
  outcome: string;
}

/** Something that happens in the simulated community. */
export interface Scenario {
  words: string;
  /** Longest it may take, in ms. */
  patienceMs: number;
  options?: Readonly<Record<string, ScenarioOption>>;
  /** Lets it happen and waits for what must come of it. @throws {Error} saying what did not. */
  play(run: ScenarioRun): Promise<ScenarioResult>;
}

/**
 * True for an incident that fits and has come, or got a further alarm, since now.
 *
 * @param page A page that is live already.
 */
export function sinceNow(page: PageClient, fits: (incident: Incident) => boolean) {
  const before = new Map([...page.incidents.values()].map(({ id, alarmCount }) => [id, alarmCount]));
  return (incident: Incident) => fits(incident) && incident.alarmCount > (before.get(incident.id) ?? 0);
}

/** An incident in a line of words. */
export function incidentLine({ number, level, kind, place }: Incident): string {
  return `incident ${number} (${level}, ${kind}) at ${place.label}`;
}

/** Waits, or ends at once when `signal` does. @throws its reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
