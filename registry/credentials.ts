import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { CommunityId, GatewayId } from '#contracts/facts/identifiers.ts';
import { createValidator } from '#contracts/validate.ts';
import type { RegistryTables } from './tables.ts';

/** Services of the platform that sign in to the broker. */
export const services = ['ingest', 'warning', 'dispatch', 'dashboard'] as const;
export type Service = (typeof services)[number];

/** Who signed in to the broker; all topic rights follow from it. */
export type Identity =
  | { kind: 'gateway'; community: string; gateway: string }
  | { kind: 'service'; service: Service };

const checkCommunity = createValidator(CommunityId);
const checkGateway = createValidator(GatewayId);

/**
 * User name of a gateway at the broker; never that of a service, since no community is called `service`.
 *
 * @throws {RangeError} where one is no id, or one reserved for the platform.
 */
export function gatewayUsername(community: string, gateway: string): string {
  if (!checkCommunity(community).ok) throw new RangeError(`not the id of a community: ${community}`);
  if (!checkGateway(gateway).ok) throw new RangeError(`not the id of a gateway: ${gateway}`);
  return `${community}.${gateway}`;
}

/** User name of a service at the broker. */
export function serviceUsername(service: Service): string {
  return `service.${service}`;
}

/**
 * Makes a new secret: 32 random bytes as 43 characters.
 *
 * Because it is never chosen by a person, a plain SHA-256 protects it as well as a slow hash would, and a
 * thousand gateways may reconnect at once. See docs/decisions/003-machine-secrets.md.
 */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Hash of a secret as the registry keeps it. */
export function hashSecret(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('base64url')}`;
}

/** Compares in constant time. */
export function matchesSecret(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}

/**
 * Sets the secret of an identity, creating its credential where there is none.
 *
 * @throws {RangeError} where the identity is none that can be, or its user name is another identity's.
 */
export async function setSecret(
  db: Kysely<RegistryTables>,
  identity: Identity,
  secret: string,
): Promise<{ username: string }> {
  const gateway = identity.kind === 'gateway' ? identity : undefined;
  const username = gateway
    ? gatewayUsername(gateway.community, gateway.gateway)
    : serviceUsername((identity as { service: Service }).service);
  const row = {
    username,
    kind: identity.kind,
    community: gateway?.community ?? null,
    gateway: gateway?.gateway ?? null,
    service: identity.kind === 'service' ? identity.service : null,
    secret_hash: hashSecret(secret),
    enabled: 1,
  };
  const { numInsertedOrUpdatedRows: written } = await db
    .insertInto('credential')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('username')
        .doUpdateSet(row)
        .where('credential.kind', '=', row.kind)
        .where('credential.community', 'is', row.community)
        .where('credential.gateway', 'is', row.gateway)
        .where('credential.service', 'is', row.service),
    )
    .executeTakeFirst();
  if (!written) throw new RangeError(`the user name ${username} is another's`);
  return { username };
}
