/**
 * Flags of Node, by the part that is started with them. They bound V8's young generation, which otherwise grows to 48 MiB
 * a thread and is freed late.
 *
 * Broker: with many short connections. 400 silent sockets a second took 80 MiB more within half a minute; with halves of
 * 2 MiB they take none (`npm run fault:noise`).
 *
 * Ingest: in its three threads. At 2,000 readings/s of 1,000 devices it took 305 MiB and grew, at its full rate 480; with
 * halves of 4 MiB 230 and 314, at 93 % of that rate (`npm run bench:ingest`).
 */
export const nodeFlags: Readonly<Record<string, readonly string[]>> = {
  broker: ['--max-semi-space-size=2'],
  ingest: ['--max-semi-space-size=4'],
};
