/** What each class of device is called, as it stands within a sentence; one name wherever it is shown. */
export const deviceClassWords = {
  watch: { zh: '手表', en: 'watch' },
  gate: { zh: '门禁', en: 'gate' },
  'fire-panel': { zh: '消防主机', en: 'fire panel' },
  'smoke-detector': { zh: '烟感', en: 'smoke detector' },
  'gas-detector': { zh: '燃气探测器', en: 'gas detector' },
  'water-sensor': { zh: '水浸传感器', en: 'water leak sensor' },
  'door-sensor': { zh: '门磁', en: 'door sensor' },
  'motion-sensor': { zh: '人体传感器', en: 'motion sensor' },
  'sos-button': { zh: '求救按钮', en: 'SOS button' },
  lock: { zh: '门锁', en: 'lock' },
  siren: { zh: '警号', en: 'siren' },
  'zigbee-bridge': { zh: 'Zigbee 网桥', en: 'Zigbee bridge' },
} as const satisfies Record<string, { zh: string; en: string }>;
