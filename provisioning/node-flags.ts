/**
 * Flags of Node by the part that is started with them.
 *
 * Broker: many short connections fill V8's young generation, which grows to 48 MiB and is given back late. 400 silent
 * sockets a second took 80 MiB more within half a minute; with halves of 2 MiB they take none (`npm run fault:noise`).
 */
export const nodeFlags: Readonly<Record<string, readonly string[]>> = {
  broker: ['--max-semi-space-size=2'],
};
