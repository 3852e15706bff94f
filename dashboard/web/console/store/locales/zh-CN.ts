/** Words about what the telemetry store does not take, in Simplified Chinese; `en.ts` must have the same keys. */
export const storeZhCN = {
  heading: '未写入',
  calm: '报警不受影响；图表和导出里缺这些数据。',
  waiting: '{{since}}起没有写入；数据都留着，修好后自动补写。',
  count: '{{n}} 条',
  where: '表 {{measurement}}',
  way: '怎么办：{{way}}',
};
