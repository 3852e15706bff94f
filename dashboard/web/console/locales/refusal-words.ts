import type { SameKeys } from '../../shared/locales/same-keys.ts';

/** Refusals that only the console can meet, as `refusalsZhCN` has those of every page; in Chinese. */
export const deskRefusalsZhCN = {
  INCIDENT_NOT_RESOLVED: '这条警情没有结束，不用重新打开',
  ASSIGNMENTS_FULL: '这条警情派的人已经满了，请先撤回一个',
  PERSON_UNKNOWN: '已经没有这个人，请选别人',
  PLACE_UNKNOWN: '小区里没有这个地点，请从列表里选',
  DASHBOARD_PLACE_UNKNOWN: '小区里没有这个地点，请从列表里选',
  DASHBOARD_PERSON_UNKNOWN: '已经没有这个人，请选别人',
  DASHBOARD_DEVICE_KNOWN: '这个地址的设备已经登记过，可以直接重新处理它的数据',
  DASHBOARD_DEVICE_INVALID: '设备地址和它发来的不一样，或者它的网关没有登记',
  DASHBOARD_WALL_CODES_FULL: '已有 5 个登记码还没有用，请先用掉，或等 10 分钟',
  DASHBOARD_WALLS_FULL: '值守墙最多 20 面，请先撤销一面',
  DASHBOARD_STORE_UNAVAILABLE: '历史数据暂时读不出来，报警不受影响：请告诉平台维护人员',
  DASHBOARD_EXPORT_TOO_LONG: '数据太多，请少选几天',
  INGEST_UNREACHABLE: '平台没有应答，这一条还留着：请过一会儿再点一次',
  INGEST_TOKEN_REFUSED: '平台内部的口令不一致，这一条还留着：请打电话给平台维护人员',
  INGEST_NOT_UNDERSTOOD: '平台现在处理不了，这一条还留着，可能是磁盘满了：请打电话给平台维护人员',
};

/** The same in English. */
export const deskRefusalsEn: SameKeys<typeof deskRefusalsZhCN> = {
  INCIDENT_NOT_RESOLVED: 'This incident is not over; there is nothing to reopen',
  ASSIGNMENTS_FULL: 'No more people fit on this incident. Release somebody first',
  PERSON_UNKNOWN: 'This person is no longer there. Choose somebody else',
  PLACE_UNKNOWN: 'The community has no such place. Choose one of the list',
  DASHBOARD_PLACE_UNKNOWN: 'The community has no such place. Choose one of the list',
  DASHBOARD_PERSON_UNKNOWN: 'This person is no longer there. Choose somebody else',
  DASHBOARD_DEVICE_KNOWN: 'A device of this address is registered already: replay its data',
  DASHBOARD_DEVICE_INVALID: 'The address differs from what the device sent, or its gateway is not registered',
  DASHBOARD_WALL_CODES_FULL: '5 codes wait to be used. Use one, or wait 10 minutes',
  DASHBOARD_WALLS_FULL: 'There are at most 20 walls. Take one away first',
  DASHBOARD_STORE_UNAVAILABLE:
    'Past data cannot be read now; alarms are not affected. Tell whoever looks after the platform',
  DASHBOARD_EXPORT_TOO_LONG: 'Too much data. Choose fewer days',
  INGEST_UNREACHABLE: 'The platform did not answer; this one is kept. Try again in a while',
  INGEST_TOKEN_REFUSED:
    'The platform’s parts do not know one another; this one is kept. Call whoever looks after the platform',
  INGEST_NOT_UNDERSTOOD:
    'The platform cannot take it now, perhaps since its disk is full; this one is kept. Call whoever looks after the platform',
};
