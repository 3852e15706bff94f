import { useEffect, useState } from 'react';
import { RequestFailed } from '../rest/request.ts';

/** Waited after a refusal that does not say how long, in s. */
const unsaidSeconds = 30;

/** Seconds still to wait after a refusal for too many tries, counting down. */
export function useWaitSeconds(failure: unknown): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const isTooMany = failure instanceof RequestFailed && failure.status === 429;
    setSeconds(isTooMany ? (failure.retryAfterSeconds ?? unsaidSeconds) : 0);
    if (!isTooMany) return;
    const timer = setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000);
    return () => clearInterval(timer);
  }, [failure]);
  return seconds;
}
