/** What a test gives a process that is to have no other setting of this machine: where programs and compiled code are. */
export const machineEnvironment = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  NODE_OPTIONS: process.env.NODE_OPTIONS,
};
