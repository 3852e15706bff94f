import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '#contracts/rest.ts';
import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { networkOf } from '#runtime/network-of.ts';
import { DashboardError, type DashboardErrorCode } from '../../errors.ts';
import type { DashboardMetrics } from '../metrics.ts';

/**
 * Answers every error as `{code, message, path}`, or as `bodyOf` has it, and as a page where a person opened an address; what is our own fault is logged and not told
 * in detail; what is the asker's is told to `refusals`.
 */
export function createErrorHandler(
  log: Logger,
  refusals: Pick<RefusalLog, 'refused'>,
  bodyOf: (error: Refusal) => object = (refusal) => refusal,
) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = asDashboardError(error);
    const status = known ? statusOf(error, known) : 500;
    if (known && status < 500) refusals.refused(known.code, request.ip);
    if (status >= 500) {
      log.error({ err: error, route: request.routeOptions.url, method: request.method }, 'request failed');
    }
    if (known?.retryAfterS !== undefined) reply.header('retry-after', known.retryAfterS);
    reply.status(status);
    const refusal = known ? refusalOf(known) : unexplained;
    if (!isOpenedByPerson(request.method, request.headers.accept)) return reply.send(bodyOf(refusal));
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(refusalPage(known?.code ?? 'DASHBOARD_FAILED'));
  };
}

/** The JSON body of a refusal. */
export function refusalOf(error: DashboardError): Refusal {
  return { code: error.code, message: error.message, ...(error.path !== undefined && { path: error.path }) };
}

/** The refusal of what does not exist, or exists for others only: both look the same. */
export function notFound(what: string): DashboardError {
  return new DashboardError('DASHBOARD_NOT_FOUND', `${what} not found`);
}

const unexplained: Refusal = { code: 'DASHBOARD_FAILED', message: 'the dashboard failed; its log says why' };

/** Fastify's own refusals (not JSON, too large, wrong type) and those of its plugins, under our codes. */
function asDashboardError(error: unknown): DashboardError | undefined {
  if (error instanceof DashboardError) return error;
  const { statusCode, message } = error as FastifyError;
  if (statusCode === 429) return new DashboardError('DASHBOARD_TOO_MANY_REQUESTS', message);
  if (statusCode === 404) return notFound('page');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new DashboardError('DASHBOARD_REQUEST_INVALID', message);
  }
  return undefined;
}

function statusOf(error: unknown, known: DashboardError): number {
  return (error as FastifyError).statusCode ?? known.statusCode;
}

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

/** What a person reads who opened an address that is refused, in both languages; the page is not there to choose one. */
const words: Partial<Record<DashboardErrorCode, { zh: string; en: string }>> = {
  DASHBOARD_HOST_UNKNOWN: {
    zh: '这不是平台的网址。请用物业给的网址打开；如果就是这个网址，请告诉平台维护人员。',
    en: 'This is not the platform’s address. Open the address you were given; if it is this one, tell whoever looks after the platform.',
  },
  DASHBOARD_NOT_FOUND: {
    zh: '没有这个页面。请检查网址，或打开下面的首页。',
    en: 'There is no such page. Check the address, or open the first page below.',
  },
  DASHBOARD_TOO_MANY_REQUESTS: {
    zh: '打开得太快了，请等一分钟再刷新。',
    en: 'Too many requests. Wait a minute, then reload.',
  },
};
const others = {
  zh: '这个页面现在打不开。请稍后刷新；还不行请告诉平台维护人员。',
  en: 'This page cannot be opened now. Reload it in a while; if that fails, tell whoever looks after the platform.',
};

/** True where a refusal is read by a person who opened an address, and not by a program. */
function isOpenedByPerson(method: string, accept: string | undefined): boolean {
  return method === 'GET' && accept?.includes('text/html') === true;
}

/** The page of a refusal. */
function refusalPage(code: DashboardErrorCode): string {
  const { zh, en } = words[code] ?? others;
  const home = code === 'DASHBOARD_NOT_FOUND' ? '<p><a href="/">首页 / First page</a></p>' : '';
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>守望 Shouwang</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><main><h1>${zh}</h1><p lang="en">${en}</p>${home}</main></html>`;
}
