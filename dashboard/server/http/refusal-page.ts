import type { DashboardErrorCode } from '../../errors.ts';

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
export function isOpenedByPerson(method: string, accept: string | undefined): boolean {
  return method === 'GET' && accept?.includes('text/html') === true;
}

/** The page of a refusal. */
export function refusalPage(code: DashboardErrorCode): string {
  const { zh, en } = words[code] ?? others;
  const home = code === 'DASHBOARD_NOT_FOUND' ? '<p><a href="/">首页 / First page</a></p>' : '';
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>守望 Shouwang</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><main><h1>${zh}</h1><p lang="en">${en}</p>${home}</main></html>`;
}
