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

/** Refusals of what is done to an incident, which the family page never meets; in Chinese. */
export const incidentRefusalsZhCN = {
  ATTENTION_MOVED: '刚刚又有新的报警，请看过以后再点一次',
  INCIDENT_RESOLVED: '这条警情已经结束，要接着处理请先重新打开',
  INCIDENT_NOT_ACKNOWLEDGED: '还没有人看到这条警情，请先点「我看到了」',
  INCIDENT_UNKNOWN: '没有找到这条警情，请刷新页面',
  ASSIGNMENT_MOVE_REFUSED: '这个人现在的状态不能这样改，请看新的状态再试',
  ASSIGNMENT_UNKNOWN: '已经没有这次派遣，请看新的状态',
};

/** The same in English. */
export const incidentRefusalsEn: SameKeys<typeof incidentRefusalsZhCN> = {
  ATTENTION_MOVED: 'A new alarm came just now: look at it, then press again',
  INCIDENT_RESOLVED: 'This incident is over. To go on with it, reopen it first',
  INCIDENT_NOT_ACKNOWLEDGED: 'Nobody has seen this incident yet: acknowledge it first',
  INCIDENT_UNKNOWN: 'This incident was not found. Reload the page',
  ASSIGNMENT_MOVE_REFUSED: 'That does not follow from where this person is now. Look again, then try again',
  ASSIGNMENT_UNKNOWN: 'This person is no longer assigned. Look again',
};
