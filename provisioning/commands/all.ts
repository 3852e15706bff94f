import type { Command } from './command.ts';
import { communityCommands } from './community.ts';
import { deviceCommands } from './device.ts';
import { machineCommands } from './machine.ts';
import { personCommands } from './person.ts';

/** Every subcommand of `npm run provision`, in the order in which they are listed. */
export const allCommands: readonly Command[] = [
  ...communityCommands,
  ...personCommands,
  ...deviceCommands,
  ...machineCommands,
];
