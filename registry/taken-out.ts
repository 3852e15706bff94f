import type { RegistryTables } from './tables.ts';

/** What people are told of when it is taken out: something may still be said of it, and of nothing else. */
export const takenOutParts = ['device', 'gateway', 'resident'] as const;
export type TakenOutPart = (typeof takenOutParts)[number];

/** When something was taken out of the registry, epoch ms, and by whom: the machine's user. */
export type TakenOut = Pick<RegistryTables['taken_out'], 'at' | 'by'>;

/** True for a table whose rows are remembered when they go. */
export function isTakenOutPart(part: string): part is TakenOutPart {
  return (takenOutParts as readonly string[]).includes(part);
}

/** Under which key it is looked up. */
export function takenOutKey(part: string, id: string): string {
  return `${part} ${id}`;
}
