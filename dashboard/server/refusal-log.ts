import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { networkOf } from '#runtime/network-of.ts';
import type { DashboardErrorCode } from '../errors.ts';
import type { DashboardMetrics } from './metrics.ts';

/** What becomes known of everything that is refused: sign-ins, codes, pages, requests, connections. */
export interface RefusalLog {
  /** Counts a refusal by its code, and logs it once a minute for each code and network, with the number. */
  refused(code: DashboardErrorCode, address: string): void;
  close(): void;
}

/** Creates it. */
export function createRefusalLog(metrics: Pick<DashboardMetrics, 'refusals'>, log: Logger): RefusalLog {
  const limited = createLimitedLog({ log });
  return {
    refused: (code, address) => {
      metrics.refusals.inc({ code });
      const network = networkOf(address);
      limited.warn(`${code} ${network}`, { code, network }, 'refused');
    },
    close: limited.close,
  };
}
