import type { SameKeys } from '../../shared/locales/same-keys.ts';

/** Words of devices that speak another protocol than their port, in Chinese. */
export const foreignZhCN = {
  heading: '协议不符的设备',
  called: '设备用 {{protocol}} 协议连到了{{port}}，报警收不到',
  port: { 'watch-3g': '手表端口', gb26875: '消防主机端口' },
  otherPort: ' {{adapter}} 端口',
  device: '设备自报号',
  facts: '来自 {{remote}} · {{n}} 次 · 最近 {{age}}',
  more: '另有 {{n}} 个',
  advice: '请安装人员核对设备型号和连接地址。',
};

/** Words of devices that speak another protocol than their port, in English. */
export const foreignEn: SameKeys<typeof foreignZhCN> = {
  heading: 'Devices of another protocol',
  called: 'A device that speaks {{protocol}} called at {{port}}: its alarms are not heard',
  port: { 'watch-3g': 'the watch port', gb26875: 'the fire panel port' },
  otherPort: 'the port of {{adapter}}',
  device: 'calls itself',
  facts: 'from {{remote}} · {{n}}× · last {{age}}',
  more: '{{n}} more',
  advice: 'Ask the installer to check the model and the address it connects to.',
};
