import { createHash } from 'node:crypto';
import { DispatchError } from '../errors.ts';
import type { Writing } from '../incidents/incident-file.ts';

/** How long the answer to a request is kept, in ms. */
export const requestKeptMs = 86_400_000;
/** Most expired requests removed with one act. */
const maxForgottenAtOnce = 100;

/** A request to act: what it asks, and the id by which its repetition is known. */
export interface ActRequest {
  request: string;
  /** Method and path. */
  target: string;
  body: object;
}

/**
 * Carries an act out once: the same request again answers with what was done the first time.
 *
 * @throws {DispatchError} `REQUEST_REUSED` where the id was used for something else.
 */
export async function once<Done extends object>(
  writing: Writing,
  request: ActRequest,
  act: () => Promise<Done>,
): Promise<Done> {
  const { trx, now } = writing;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([request.target, request.body]))
    .digest('base64url');
  const done = await trx
    .selectFrom('request')
    .selectAll()
    .where('id', '=', request.request)
    .executeTakeFirst();
  if (done && done.at > now - requestKeptMs) {
    if (done.fingerprint !== fingerprint) {
      throw new DispatchError(
        'REQUEST_REUSED',
        `request ${request.request} asked for something else`,
        '/request',
      );
    }
    return JSON.parse(done.answer) as Done;
  }
  const answer = await act();
  const row = { id: request.request, at: now, fingerprint, answer: JSON.stringify(answer) };
  await trx
    .insertInto('request')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  await trx
    .deleteFrom('request')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('request')
        .select('id')
        .where('at', '<=', now - requestKeptMs)
        .limit(maxForgottenAtOnce),
    )
    .execute();
  return answer;
}
