import { expect, test } from 'vitest';
import { respondersFirst } from './people-order.ts';

test('responders stand first, and the order is otherwise kept', () => {
  const people = [
    { id: 'm', name: '经理', roles: ['manager'] },
    { id: 'r1', name: '微型消防站', roles: ['responder'] },
    { id: 'g', name: '值班员', roles: ['guard'] },
    { id: 'r2', name: '网格员', roles: ['guard', 'responder'] },
  ];
  expect(respondersFirst(people).map(({ id }) => id)).toEqual(['r1', 'r2', 'm', 'g']);
});
