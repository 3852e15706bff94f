import type { SameKeys } from '../../shared/locales/same-keys.ts';

/** Words of the export form in Chinese. */
export const exportZhCN = {
  heading: '导出',
  button: '导出',
  about: '供检查与审计使用。导出的内容含住户位置和处置记录，请妥善保管；每次导出都记入审计日志。',
  subject: '内容',
  subjects: {
    events: '设备事件',
    incidents: '警情及处置记录',
    'gate-passages': '门禁通行',
    audit: '审计日志',
  },
  days: '日期',
  from: '从',
  to: '到（含当天）',
  limit: '一次最多 {{days}} 天、{{rows}} 行；超出时会中断，不会留下不完整的文件。',
  format: '格式',
  formats: { csv: '表格（CSV）', jsonl: '程序用（JSON Lines）' },
  submit: '导出',
  running: '正在导出…',
  done: '已导出：{{name}}',
  brokenOff: '导出中断，没有保存文件。行数可能太多，请缩短日期再试。',
  busy: '其他导出正在进行，请 {{seconds}} 秒后再试。',
  fault: {
    missing: '请选择起止日期。',
    reversed: '结束日期早于开始日期。',
    tooLong: '超过 {{days}} 天，请缩短日期。',
  },
} as const;

/** Words of the export form in English. */
export const exportEn: SameKeys<typeof exportZhCN> = {
  heading: 'Export',
  button: 'Export',
  about:
    'For inspections and audits. It tells where residents live and what was done: keep it safe. Every export stands in the audit log.',
  subject: 'What',
  subjects: {
    events: 'Device events',
    incidents: 'Incidents and what was done',
    'gate-passages': 'Gate passages',
    audit: 'Audit log',
  },
  days: 'Days',
  from: 'From',
  to: 'To (that day included)',
  limit:
    'At most {{days}} days and {{rows}} rows at once; beyond, it is broken off and no half file is kept.',
  format: 'Format',
  formats: { csv: 'For spreadsheets (CSV)', jsonl: 'For programs (JSON Lines)' },
  submit: 'Export',
  running: 'Exporting…',
  done: 'Exported: {{name}}',
  brokenOff:
    'The export was broken off and nothing was saved. There may be too many rows: choose fewer days.',
  busy: 'Other exports are running; try again in {{seconds}} s.',
  fault: {
    missing: 'Choose both days.',
    reversed: 'The last day is before the first.',
    tooLong: 'More than {{days}} days; choose fewer.',
  },
};
