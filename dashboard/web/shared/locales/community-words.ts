import type { SameKeys } from './same-keys.ts';

/** Words of choosing a community in Chinese. */
export const communitiesZhCN = {
  heading: '进入哪个小区？',
  hint: '你的账号可以进入下面几个小区。进入以后，可以随时更换。',
  last: '上次在这里',
  here: '现在在这里',
  change: '更换小区',
  changeHint: '更换以后，这台设备上打开的页面都会换过去，不再提醒原来小区的警情。',
  stay: '不更换',
};

/** The same in English. */
export const communitiesEn: SameKeys<typeof communitiesZhCN> = {
  heading: 'Which community?',
  hint: 'Your account belongs to these communities. You can change over at any time.',
  last: 'You were here last',
  here: 'You are here',
  change: 'Change community',
  changeHint:
    'All pages open in this browser change over with you, and no longer alert you for the community you leave.',
  stay: 'Stay here',
};
