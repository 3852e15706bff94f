import type { SameKeys } from './same-keys.ts';

/** Words of the list of sessions in Chinese. */
export const sessionsZhCN = {
  heading: '登录设备',
  about: '你的账号在这些设备上登录着。不认识的、丢了的，请退出，并请管理员换密码。',
  device: '{{browser}}，{{system}}',
  browser: {
    wechat: '微信',
    edge: 'Edge 浏览器',
    firefox: '火狐浏览器',
    chrome: 'Chrome 浏览器',
    safari: 'Safari 浏览器',
    other: '其他浏览器',
  },
  system: {
    harmony: '鸿蒙设备',
    android: '安卓设备',
    iphone: '苹果手机',
    ipad: '苹果平板',
    windows: 'Windows 电脑',
    mac: '苹果电脑',
    linux: 'Linux 电脑',
    other: '其他设备',
  },
  seen: '最近使用：{{time}}',
  this: '就是这台',
  end: '退出这台',
  confirm: '确定退出',
  endOthers: '退出其他所有设备',
  confirmOthers: '确定退出其他 {{n}} 台',
  keep: '不退出',
  none: '没有在别的设备上登录。',
};

/** The same in English. */
export const sessionsEn: SameKeys<typeof sessionsZhCN> = {
  heading: 'Signed-in devices',
  about:
    'Your account is signed in on these devices. Sign out any that you lost or do not know, and ask the manager for a new password.',
  device: '{{browser}}, {{system}}',
  browser: {
    wechat: 'WeChat',
    edge: 'Edge',
    firefox: 'Firefox',
    chrome: 'Chrome',
    safari: 'Safari',
    other: 'another browser',
  },
  system: {
    harmony: 'HarmonyOS device',
    android: 'Android device',
    iphone: 'iPhone',
    ipad: 'iPad',
    windows: 'Windows computer',
    mac: 'Mac',
    linux: 'Linux computer',
    other: 'another device',
  },
  seen: 'Last used {{time}}',
  this: 'This one',
  end: 'Sign out there',
  confirm: 'Yes, sign out',
  endOthers: 'Sign out everywhere else',
  confirmOthers: 'Yes, sign out the other {{n}}',
  keep: 'Keep',
  none: 'Signed in nowhere else.',
};
