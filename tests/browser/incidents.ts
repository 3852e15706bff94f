import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import type { DeviceAddresses } from '#simulators/scenarios/scenario.ts';

/** One device of the simulated community says one thing; the incident it leads to, as `client` is told of it. */
export async function play(
  { devices }: { devices: DeviceAddresses },
  client: PageClient,
  name: keyof typeof deviceScenarios,
): Promise<Incident> {
  const { send, fits } = deviceScenarios[name];
  const device = send(devices, () => undefined);
  try {
    return await client.waitForIncident(fits, AbortSignal.timeout(20_000));
  } finally {
    await device.close();
  }
}

/** What the desk does to an incident, as a new act. */
export function actOn(desk: PageClient, { id }: Incident, path: string, body: object): Promise<ActionDone> {
  return desk.rest<ActionDone>('POST', `/api/incidents/${id}/${path}`, {
    request: crypto.randomUUID(),
    ...body,
  });
}
