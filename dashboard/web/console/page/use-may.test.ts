import { expect, test } from 'vitest';
import type { SessionView } from '#contracts/rest.ts';
import { shownRights } from './use-may.ts';

const community = 'demo';
const sessionOf = (roles: SessionView['roles']): SessionView => ({
  person: { id: 'p-1', name: '值班员' },
  roles,
  elders: [],
  hasPin: false,
  community: { id: community, nameZh: '小区', nameEn: 'Community', timezone: 'Asia/Shanghai' },
});

test.each<[SessionView['roles'], { acknowledge: boolean; enrol: boolean }]>([
  [['guard'], { acknowledge: true, enrol: false }],
  [['manager'], { acknowledge: true, enrol: true }],
  [['wall'], { acknowledge: true, enrol: false }],
  [['responder'], { acknowledge: false, enrol: false }],
])('%j is shown %j', (roles, shown) => {
  const rights = shownRights(sessionOf(roles));
  const incident = { community, isOpen: true, reached: ['p-1'] };
  expect(rights.may('acknowledge', 'Incident', incident)).toBe(shown.acknowledge);
  expect(rights.may('enrol', 'Wall', { community })).toBe(shown.enrol);
});
