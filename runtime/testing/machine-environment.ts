/** What a test gives a process that is to have no other setting of this machine: where programs and compiled code are. */
export const machineEnvironment = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);
