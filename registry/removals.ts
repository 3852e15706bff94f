import type { RegistryTables } from './tables.ts';

/** Tables whose removed rows are recorded: records may still refer to them. */
export const removalParts = ['device', 'gateway', 'resident'] as const;
export type RemovalPart = (typeof removalParts)[number];

/** When something was removed from the registry, epoch ms, and by whom: the machine's user. */
export type Removal = Pick<RegistryTables['taken_out'], 'at' | 'by'>;

/** True for a table whose removed rows are recorded. */
export function isRemovalPart(part: string): part is RemovalPart {
  return (removalParts as readonly string[]).includes(part);
}

/** The key of a removal. */
export function removalKey(part: string, id: string): string {
  return `${part} ${id}`;
}
