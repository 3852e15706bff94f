import { createHash } from 'node:crypto';
import { DispatchError } from '../errors.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';

/** How long the answer to a request is kept, in ms. */
export const requestKeptMs = 86_400_000;
/** Most expired requests removed with one action. */
const maxForgottenAtOnce = 100;

/** A request for an action, and the id by which its repetition is recognized. */
export interface ActionRequest {
  /** Whose people ask: the ids of two communities' requests have nothing to do with each other. */
  community: string;
  request: string;
  /** Method and path. */
  target: string;
  body: object;
}

/**
 * Runs an action once: the same request again gets the answer of the first time.
 *
 * @throws {DispatchError} `REQUEST_REUSED` where the id was used for something else.
 */
export async function withIdempotency<Done extends object>(
  transaction: IncidentTransaction,
  request: ActionRequest,
  action: () => Promise<Done>,
): Promise<Done> {
  const { trx, now } = transaction;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([request.target, request.body]))
    .digest('base64url');
  const { community, request: id } = request;
  const done = await trx
    .selectFrom('request')
    .selectAll()
    .where('community', '=', community)
    .where('id', '=', id)
    .executeTakeFirst();
  if (done && done.at > now - requestKeptMs) {
    if (done.fingerprint !== fingerprint) {
      throw new DispatchError('REQUEST_REUSED', `request ${id} asked for something else`, '/request');
    }
    return JSON.parse(done.answer) as Done;
  }
  const answer = await action();
  const row = { community, id, at: now, fingerprint, answer: JSON.stringify(answer) };
  await trx
    .insertInto('request')
    .values(row)
    .onConflict((conflict) => conflict.columns(['community', 'id']).doUpdateSet(row))
    .execute();
  await trx
    .deleteFrom('request')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('community', 'id'),
        'in',
        selectFrom('request as expired')
          .select(['expired.community', 'expired.id'])
          .where('expired.at', '<=', now - requestKeptMs)
          .limit(maxForgottenAtOnce)
          .$asTuple('community', 'id'),
      ),
    )
    .execute();
  return answer;
}
