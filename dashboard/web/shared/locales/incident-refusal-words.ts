import type { SameKeys } from './same-keys.ts';

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
