/** How busy a community's gates are at each hour of the day, as a share of its busiest hour. */
const passagesByHour = [
  0.03, 0.02, 0.02, 0.02, 0.04, 0.15, 0.45, 0.9, 1, 0.6, 0.45, 0.5, 0.55, 0.4, 0.4, 0.45, 0.6, 0.9, 0.95, 0.7,
  0.55, 0.35, 0.18, 0.08,
];

/** How much a resident moves at each hour, as a share of the liveliest. */
const movementByHour = [
  0.02, 0.01, 0.01, 0.01, 0.05, 0.3, 0.8, 1, 0.8, 0.9, 0.8, 0.6, 0.4, 0.2, 0.4, 0.7, 0.9, 0.8, 0.6, 0.4, 0.3,
  0.15, 0.06, 0.03,
];

const busiestPassagesPerMinute = 20;
const mostStepsPerMinute = 12;
const hourMs = 3_600_000;
/** Simulated days follow Beijing time, as the demo community does. */
const utcOffsetMs = 8 * hourMs;

/** Hour of the community's day, 0 to 24 with its fraction. */
export function hourOf(epochMs: number): number {
  return ((epochMs + utcOffsetMs) % (24 * hourMs)) / hourMs;
}

/** Passages a minute through all gates together at that time of day. */
export function passagesPerMinute(epochMs: number): number {
  return busiestPassagesPerMinute * at(passagesByHour, epochMs);
}

/** Steps a minute of one resident at that time of day. */
export function stepsPerMinute(epochMs: number): number {
  return mostStepsPerMinute * at(movementByHour, epochMs);
}

/** Heart rate of a resident at that time of day: a resting rate of their own, more while they move. */
export function heartRate(restingRate: number, epochMs: number, noise: number): number {
  return Math.round(restingRate + 18 * at(movementByHour, epochMs) + 6 * (noise - 0.5));
}

function at(byHour: number[], epochMs: number): number {
  const hour = hourOf(epochMs);
  const from = byHour[Math.floor(hour)] ?? 0;
  const to = byHour[(Math.floor(hour) + 1) % 24] ?? 0;
  return from + (to - from) * (hour % 1);
}
