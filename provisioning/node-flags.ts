/**
 * Flags of Node by the part that is started with them.
 *
 * Broker: many short connections fill V8's young generation, which grows to 48 MiB by itself and is given back late: 400
 * silent sockets a second took 80 MiB more within half a minute, with 2 MiB for each half none.
 */
export const nodeFlags: Readonly<Record<string, readonly string[]>> = {
  broker: ['--max-semi-space-size=2'],
};
