import type { SameKeys } from './same-keys.ts';

/** What a refusal means to the person who was refused, and what to do, by the server’s code; in Chinese. */
export const refusalsZhCN = {
  STORAGE_FULL: '平台的磁盘满了，没有办成：请打电话给平台维护人员',
  DASHBOARD_TLS_REQUIRED: '请用 https 开头的网址打开',
  DASHBOARD_TOO_MANY_REQUESTS: '点得太快了，请等一分钟再试',
  DASHBOARD_NOT_FOUND: '没有找到，或者您没有这项权限；请刷新页面',
  DASHBOARD_AUDIT_UNAVAILABLE: '平台现在记不下操作，所以没有办：请打电话给平台维护人员',
};

/** The same in English. */
export const refusalsEn: SameKeys<typeof refusalsZhCN> = {
  STORAGE_FULL: 'The platform’s disk is full; nothing was done. Call whoever looks after the platform',
  DASHBOARD_TLS_REQUIRED: 'Open the address that begins with https',
  DASHBOARD_TOO_MANY_REQUESTS: 'Too many presses. Wait a minute and try again',
  DASHBOARD_NOT_FOUND: 'Not found, or not for you. Reload the page',
  DASHBOARD_AUDIT_UNAVAILABLE:
    'The platform cannot write down what is done, so nothing was. Call whoever looks after it',
};
