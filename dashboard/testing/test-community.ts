import type { CommunityPlan } from '#registry/community-plan.ts';

/** Sign-in of the staff of each of the two communities. */
export const staff = { login: 'zhiban', password: 'a long enough password' };
export const foreignStaff = { login: 'linju', password: 'another long password' };
/** Sign-ins of the first community's manager, its responder, of a relative of its first elder, and of one of its second. */
export const manager = { login: 'jingli', password: 'a long word of a manager' };
export const responder = { login: 'xiaofang', password: 'a long password to go' };
export const relative = { login: 'jiashu', password: 'a long password of kin' };
export const otherRelative = { login: 'jiashu-2', password: 'a long password of more kin' };
/** All sign-ins by person. */
export const accounts = {
  'c1-guard': staff,
  'c2-guard': foreignStaff,
  'c1-manager': manager,
  'c1-station': responder,
  'c1-relative': relative,
  'c1-relative-2': otherRelative,
};

/**
 * A community of two dwellings, an elder with a watch in each, a gate, its staff, a responder, and a relative of
 * each elder: the first shares alarms and activity, the second everything.
 */
export function planOf(community: string): CommunityPlan {
  const id = (name: string) => `${community}-${name}`;
  return {
    community: { id: community, nameZh: '一号小区', nameEn: 'Community One' },
    grids: [],
    buildings: [
      {
        id: id('b3'),
        name: '3栋',
        units: [
          {
            id: id('b3u2'),
            name: '2单元',
            floors: [
              {
                id: id('f5'),
                name: '5',
                dwellings: [
                  { id: id('501'), door: '501' },
                  { id: id('502'), door: '502' },
                ],
              },
            ],
          },
        ],
      },
    ],
    residents: [
      { id: id('r1'), dwelling: id('501'), livesAlone: true, arrivalNote: '听力不好，请用力敲门' },
      { id: id('r2'), dwelling: id('502') },
    ],
    gateways: [{ id: 'gw1', name: '网关' }],
    devices: [
      {
        id: id('watch'),
        gateway: 'gw1',
        address: 'watch-3g:6907919734',
        class: 'watch',
        name: '手表',
        dwelling: id('501'),
        resident: id('r1'),
      },
      {
        id: id('watch-2'),
        gateway: 'gw1',
        address: 'watch-3g:6907919735',
        class: 'watch',
        name: '手表',
        dwelling: id('502'),
        resident: id('r2'),
      },
      {
        id: id('gate'),
        gateway: 'gw1',
        address: 'hikvision-isapi:c0517eaabbcc/1',
        class: 'gate',
        name: '单元门',
        unit: id('b3u2'),
      },
    ],
    people: [
      { id: id('guard'), name: '值班员', rights: [{ role: 'guard' }] },
      { id: id('patrol'), name: '巡逻员', rights: [{ role: 'guard' }] },
      { id: id('manager'), name: '经理', rights: [{ role: 'manager' }] },
      { id: id('nobody'), name: '住户', rights: [] },
      { id: id('station'), name: '微型消防站', rights: [{ role: 'responder' }] },
      {
        id: id('relative'),
        name: '家属',
        phone: '025-5550101',
        rights: [{ role: 'family', scope: id('r1') }],
      },
      { id: id('relative-2'), name: '另一家属', rights: [{ role: 'family', scope: id('r2') }] },
    ],
    consents: [
      { resident: id('r1'), person: id('relative'), classes: ['alarms', 'activity'], calledAs: '妈妈' },
      { resident: id('r2'), person: id('relative-2'), classes: ['alarms', 'activity', 'vitals'] },
    ],
  };
}
