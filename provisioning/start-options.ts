import { parseArgs } from 'node:util';
import { nearestOf } from '#registry/nearest.ts';
import { errorCode } from '#runtime/errors.ts';

/** Arguments of `npm start --`. */
export interface StartOptions {
  /** File of the plan of one's own community. */
  community?: string;
  /** Gateways whose agents run on this machine; empty for none. */
  agents?: string[];
}

/** Usage of `npm start`. */
export const startUsage = `npm start                                      the demo, or the community that the folder remembers
npm start -- --community <plan.json>           one's own community; again after the plan changed
             --agents <gateway,gateway|none>   whose agents run on this machine; by the plan's devices where left out

The data folder is SHOUWANG_DATA_DIR (default: data).`;

/** Reads the arguments of `npm start --`. @throws with the usage. */
export function readStartOptions(args: string[]): StartOptions {
  const options = { community: { type: 'string' }, agents: { type: 'string' } } as const;
  let values: { community?: string; agents?: string };
  try {
    ({ values } = parseArgs({ args, options, strict: true, allowPositionals: false }));
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    const unknown = args.find((arg) => !Object.keys(options).some((name) => arg.startsWith(`--${name}`)));
    const near = unknown && nearestOf(unknown.replace(/^-+/, ''), Object.keys(options));
    const what = unknown
      ? `${unknown} is unknown${near ? `; did you mean --${near}?` : ''}`
      : 'a value is missing';
    throw new Error(`${what}\n\n${startUsage}`);
  }
  const { community, agents } = values;
  if (agents !== undefined && community === undefined) {
    throw new Error(`--agents goes with --community\n\n${startUsage}`);
  }
  return {
    ...(community !== undefined && { community }),
    ...(agents !== undefined && {
      agents: agents === 'none' ? [] : agents.split(',').map((one) => one.trim()),
    }),
  };
}
