import { expect, test } from 'vitest';
import { RequestFailed } from './request.ts';
import { createRequestIds } from './request-ids.ts';

const accept = { to: 'accepted' };

test('an act whose answer never came is repeated with the same id', () => {
  const ids = createRequestIds();
  const first = ids.idFor(accept);
  ids.failed(new RequestFailed(0, {}));
  expect(ids.idFor(accept)).toBe(first);
  ids.failed(new RequestFailed(503, {}));
  expect(ids.idFor(accept)).toBe(first);
});

test('another act, one after a refusal and one after success have ids of their own', () => {
  const ids = createRequestIds();
  const first = ids.idFor(accept);
  const other = ids.idFor({ to: 'declined' });
  ids.failed(new RequestFailed(409, {}));
  const afterRefusal = ids.idFor({ to: 'declined' });
  ids.done();
  const afterSuccess = ids.idFor({ to: 'declined' });
  expect(new Set([first, other, afterRefusal, afterSuccess]).size).toBe(4);
});
