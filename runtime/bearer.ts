import { createHash, timingSafeEqual } from 'node:crypto';

/** Creates the check of an `authorization` header against the services' token, in constant time. */
export function createBearerCheck(token: string): (header: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (header) => timingSafeEqual(digest(header ?? ''), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
