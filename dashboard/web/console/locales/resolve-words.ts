/** Words of ending an incident in Simplified Chinese; `resolveEn` must have the same keys. */
export const resolveZhCN = {
  ask: '结果是什么？',
  note: '说明（可不填）',
  stillHolds: '设备仍在报警：{{kinds}}。现在结束，如果设备一直不恢复，警情会自动重新打开并再次响铃。',
  confirm: '确认结束，结果「{{outcome}}」',
  cancel: '不结束',
  done: '已结束 {{place}}：{{outcome}}',
  undo: '撤销（{{seconds}} 秒）',
};

/** The same in English. */
export const resolveEn = {
  ask: 'What was it?',
  note: 'Remark (optional)',
  stillHolds:
    'The device is still in alarm: {{kinds}}. If you end the incident now and the device does not recover, it opens again by itself and sounds.',
  confirm: 'Resolve as “{{outcome}}”',
  cancel: 'Do not resolve',
  done: 'Resolved {{place}}: {{outcome}}',
  undo: 'Undo ({{seconds}} s)',
};
