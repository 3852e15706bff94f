import type { Reading, TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Measurement } from './observation.ts';
import type { CodedQuantity, ObservedSign } from './observed-signs.ts';
import type { Search } from './search-parameters.ts';

/** Readings of one quantity that are read at once. */
export const readingsAtOnce = 2000;

/** A page of what was found, oldest first, and where the next one begins; undefined at the end. */
export interface FoundPage {
  measurements: Measurement[];
  next?: string;
}

/** A device of a resident, and since when it is theirs, epoch ms: what it measured before is another person's. */
export interface OwnDevice {
  community: string;
  id: string;
  since: number;
}

/**
 * Finds what the devices of a resident measured on them.
 *
 * Pages begin at an instant and behind so many resources of it, not at a count from the beginning: what is written
 * meanwhile moves nothing. A page may be short, or empty, and still have a next one.
 */
export async function searchObservations(
  telemetry: TelemetryReader,
  devices: readonly OwnDevice[],
  search: Search,
): Promise<FoundPage> {
  const { from, to, count, told } = search;
  if (from >= to) return { measurements: [] };
  const found = await Promise.all(
    search.signs.flatMap((sign) =>
      devices
        .filter(({ since }) => since < to)
        .map(({ community, id, since }) =>
          readSign(telemetry, { sign, community, device: id, from: Math.max(from, since), to }),
        ),
    ),
  );
  // Beyond the horizon some sign was not read to its end: what is told up to there is told in order.
  const horizon = Math.min(...found.map((one) => one.horizon), to);
  const order = new Map(search.signs.map((sign, index) => [sign, index]));
  const all = found
    .flatMap(({ measurements }) => measurements.filter(({ at }) => at < horizon))
    .sort((a, b) => a.at - b.at || (order.get(a.sign) ?? 0) - (order.get(b.sign) ?? 0))
    .slice(told);
  const measurements = all.slice(0, count);
  if (all.length > count) return { measurements, next: pageAfter(measurements, search) };
  return horizon < to ? { measurements, next: `${horizon}.0` } : { measurements };
}

function pageAfter(measurements: Measurement[], { from, told }: Search): string {
  const at = measurements.at(-1)?.at ?? from;
  const ofInstant = measurements.filter((one) => one.at === at).length;
  return `${at}.${ofInstant + (at === from ? told : 0)}`;
}

interface SignRange {
  sign: ObservedSign;
  community: string;
  device: string;
  from: number;
  to: number;
}

/** Measurements of one sign of one device, complete before `horizon`. */
async function readSign(
  telemetry: TelemetryReader,
  { sign, community, device, from, to }: SignRange,
): Promise<{ measurements: Measurement[]; horizon: number }> {
  const read = async ({ quantity }: CodedQuantity) =>
    telemetry.readings({ community, device, quantity, from, to }, readingsAtOnce);
  const parts = await Promise.all(sign.parts.map(read));
  const horizon = Math.min(to, ...parts.map((readings) => horizonOf(readings, from)));
  const byInstant = parts.map((readings) =>
    Map.groupBy(
      readings.filter(({ plausible }) => plausible),
      ({ at }) => at,
    ),
  );
  const instants = new Set(byInstant.flatMap((part) => [...part.keys()]));
  const measurements = [...instants].flatMap((at) => {
    const values = byInstant.map((part) => part.get(at) ?? []);
    const most = Math.max(...values.map(({ length }) => length));
    // Parts of one instant belong together: a watch tells both pressures in one message.
    return Array.from({ length: most }, (_, ordinal) => ({
      sign,
      device,
      at,
      ordinal,
      values: values.map((part) => part[ordinal]?.value),
    }));
  });
  return { measurements, horizon };
}

/** Up to where readings are all there: before the instant of the last one, where there may be more of them. */
function horizonOf(readings: readonly Reading[], from: number): number {
  const last = readings.at(-1);
  if (!last || readings.length < readingsAtOnce) return Number.POSITIVE_INFINITY;
  // So many of one instant are no measurements; the search must still come to its end.
  return Math.max(last.at, from + 1);
}
