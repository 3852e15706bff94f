import { expect, test } from 'vitest';
import type { ViewerRole } from '#contracts/facts/roles.ts';
import { homePages } from './home-pages.ts';

test.each<[ViewerRole[], string[]]>([
  [['guard'], ['/console/']],
  [['manager'], ['/console/']],
  [['wall'], ['/console/']],
  [['responder'], ['/responder/']],
  [['family'], ['/family/']],
  [
    ['family', 'responder', 'guard'],
    ['/console/', '/responder/', '/family/'],
  ],
  [[], []],
])('%j is led to %j', (roles, pages) => {
  expect(homePages(roles)).toEqual(pages);
});
