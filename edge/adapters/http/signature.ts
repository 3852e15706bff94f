import { createHmac, timingSafeEqual } from 'node:crypto';
import { replayWindowMs } from './config.ts';

/** Signs a body: HMAC-SHA256 over `<timestamp>.<body>`; `timestamp` is epoch seconds as it is sent. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

/**
 * Why a request's signature is not accepted; undefined where it is.
 *
 * @param now Gateway time, epoch ms.
 */
export function signatureFault(
  { timestamp, signature, body }: { timestamp: unknown; signature: unknown; body: Buffer },
  secret: string,
  now: number,
): string | undefined {
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) {
    return 'x-shouwang-timestamp: expected epoch seconds';
  }
  const given = /^sha256=([0-9a-f]{64})$/.exec(String(signature))?.[1];
  if (given === undefined) return 'x-shouwang-signature: expected sha256=<64 hexadecimal digits>';
  const expected = signatureOf(secret, timestamp, body);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return 'x-shouwang-signature: wrong';
  const isNear = Math.abs(Number(timestamp) * 1000 - now) <= replayWindowMs;
  return isNear ? undefined : `x-shouwang-timestamp: more than ${replayWindowMs / 1000} s from the gateway's`;
}
