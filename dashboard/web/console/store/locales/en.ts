/** Words about what the telemetry store does not take, in English; its causes are in `contracts/store-trouble.ts`. */
export const storeEn = {
  heading: 'Not stored',
  calm: 'Alarms are not affected. Charts and exports lack what is not stored.',
  waiting: 'Nothing is stored since {{since}}; it is all kept, and written once this is mended.',
  count: '{{n}} records',
  where: 'Table {{measurement}}',
  way: 'What to do: {{way}}',
};
