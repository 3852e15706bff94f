import { randomUUID } from 'node:crypto';
import type { Command } from '#contracts/command.ts';
import type { CommandIssued, IssueCommand } from '#contracts/dispatch-api.ts';
import { deviceClassFacts } from '#contracts/facts/device-classes.ts';
import { toTimestamp } from '#contracts/time.ts';
import { requireActor } from '../actions/action.ts';
import { withIdempotency } from '../actions/idempotency.ts';
import { DispatchError } from '../errors.ts';
import type { IncidentDatabase, IncidentTransaction } from '../storage/incident-database.ts';
import type { CommandRow } from '../storage/tables.ts';
import type { GatewaySessions } from './gateway-sessions.ts';

/** How long a command may be carried out after it was issued, ms. */
export const commandTtlMs = 10_000;

/** The road down to the gateways. */
export interface CommandLink {
  sessions: Pick<GatewaySessions, 'find'>;
  /** Hands a command to the broker; false where it is away. */
  publish(to: { community: string; gateway: string }, command: Command): boolean;
}

/**
 * Writes a command down, then sends it; a request that comes again is answered and nothing is sent.
 *
 * @throws {DispatchError} `GATEWAY_OFFLINE` where it cannot reach the device's gateway now, `COMMAND_WAITING`
 * where the device has not answered the one before, `DEVICE_UNKNOWN`, `ACTION_UNKNOWN` or `ACTOR_UNKNOWN`.
 */
export async function issueCommand(
  { database, commandLink }: { database: IncidentDatabase; commandLink: CommandLink },
  body: IssueCommand,
): Promise<CommandIssued> {
  let row: CommandRow | undefined;
  const issued = await database.write(
    (transaction) =>
      withIdempotency(
        transaction,
        { community: body.community, request: body.request, target: '/commands', body },
        async () => {
          row = await writeCommand(transaction, commandLink, body);
          return { command: row.id };
        },
      ),
    'person',
  );
  if (row && !commandLink.publish(row, messageOf(row))) await markUnsent(database, row.id);
  return issued;
}

async function writeCommand(
  transaction: IncidentTransaction,
  commandLink: CommandLink,
  body: IssueCommand,
): Promise<CommandRow> {
  const { registry, trx, now } = transaction;
  const { community, action } = body;
  const actor = requireActor(registry, community, body.actor);
  const device = registry.of(community)?.devices.get(body.device);
  if (!device) {
    throw new DispatchError('DEVICE_UNKNOWN', `there is no device ${body.device} in ${community}`, '/device');
  }
  if (!deviceClassFacts(device.class)?.actions?.some((asked) => asked === action)) {
    throw new DispatchError('ACTION_UNKNOWN', `a ${device.class} is not asked for ${action}`, '/action');
  }
  const session = commandLink.sessions.find(community, device.gateway);
  if (session === undefined) {
    throw new DispatchError('GATEWAY_OFFLINE', `gateway ${device.gateway} cannot be reached now`, '/device');
  }
  const waiting = await trx
    .selectFrom('command')
    .select('id')
    .where('community', '=', community)
    .where('device', '=', device.id)
    .where('state', 'in', ['sent', 'received'])
    .where('issued_at', '>', now - commandTtlMs)
    .executeTakeFirst();
  if (waiting) {
    throw new DispatchError('COMMAND_WAITING', `${device.id} has not answered ${waiting.id} yet`, '/device');
  }
  const row: CommandRow = {
    id: `c-${randomUUID()}`,
    community,
    gateway: device.gateway,
    session,
    device: device.id,
    address: device.address,
    action,
    actor: actor.id,
    actor_name: actor.name,
    reason: body.reason.trim(),
    state: 'sent',
    because: null,
    answered: 0,
    issued_at: now,
    ttl_ms: commandTtlMs,
    changed_at: now,
    version: 1,
  };
  await trx.insertInto('command').values(row).execute();
  return row;
}

function messageOf(row: CommandRow): Command {
  return {
    schemaVersion: 1,
    id: row.id,
    session: row.session,
    device: row.address,
    action: row.action,
    issuedAt: toTimestamp(row.issued_at),
    ttlMs: row.ttl_ms,
  };
}

/** The broker went away between the look at it and the sending: nobody got the command. */
async function markUnsent(database: IncidentDatabase, id: string): Promise<void> {
  await database.write(async ({ trx, now }) => {
    await trx
      .updateTable('command')
      .set({ state: 'expired', because: 'no-answer', changed_at: now, version: 2 })
      .where('id', '=', id)
      .where('version', '=', 1)
      .execute();
  });
}
