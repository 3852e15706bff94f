import type { Kysely } from 'kysely';
import { RegistryError, type RegistryErrorCode } from '#registry/errors.ts';
import { knownWords } from '#registry/nearest.ts';
import type { RegistryTables } from '#registry/tables.ts';

/** @throws {RegistryError} `REGISTRY_COMMUNITY_UNKNOWN`, naming those there are. */
export async function requireCommunity(db: Kysely<RegistryTables>, community: string): Promise<void> {
  const rows = await db.selectFrom('community').select('id').execute();
  requireKnown(rows, community, ['REGISTRY_COMMUNITY_UNKNOWN', `community "${community}"`]);
}

/** @throws {RegistryError} `REGISTRY_COMMUNITY_UNKNOWN` or `REGISTRY_PERSON_UNKNOWN`, naming those there are. */
export async function requirePerson(
  db: Kysely<RegistryTables>,
  { community, person }: { community: string; person: string },
): Promise<void> {
  await requireCommunity(db, community);
  const rows = await db.selectFrom('person').select('id').where('community', '=', community).execute();
  requireKnown(rows, person, ['REGISTRY_PERSON_UNKNOWN', `person "${person}" in ${community}`]);
}

/** @throws {RegistryError} `REGISTRY_COMMUNITY_UNKNOWN` or `REGISTRY_GATEWAY_UNKNOWN`, naming those there are. */
export async function requireGateway(
  db: Kysely<RegistryTables>,
  { community, gateway }: { community: string; gateway: string },
): Promise<void> {
  await requireCommunity(db, community);
  const rows = await db.selectFrom('gateway').select('id').where('community', '=', community).execute();
  requireKnown(rows, gateway, ['REGISTRY_GATEWAY_UNKNOWN', `gateway "${gateway}" in ${community}`]);
}

function requireKnown(
  rows: readonly { id: string }[],
  id: string,
  [code, named]: [RegistryErrorCode, string],
): void {
  const known = rows.map((row) => row.id);
  if (!known.includes(id)) throw new RegistryError(code, `no ${named}${knownWords(id, known)}`);
}

/** Columns of equal width, for lists in a terminal; a Chinese character takes two places. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + (/[\u1100-\uffe6]/.test(character) ? 2 : 1), 0);
}
