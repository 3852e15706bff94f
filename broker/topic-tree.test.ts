import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopicTree } from './topic-tree.ts';

const level = fc.constantFrom('a', 'b', '', '__proto__');
const levels = fc.array(level, { minLength: 1, maxLength: 4 });
const filterLevels = fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 });

function isMatch(filter: string[], topic: string[]): boolean {
  return (
    filter.length === topic.length && filter.every((asked, index) => asked === '+' || asked === topic[index])
  );
}

test('a filter finds the topics it matches, whatever was added and taken away before', () => {
  fc.assert(
    fc.property(fc.array(levels), fc.array(levels), filterLevels, (added, removed, filter) => {
      const tree = new TopicTree();
      for (const topic of added) tree.add(topic.join('/'));
      for (const topic of removed) tree.delete(topic.join('/'));
      const gone = new Set(removed.map((topic) => topic.join('/')));
      const expected = new Set(
        added
          .filter((topic) => isMatch(filter, topic))
          .map((topic) => topic.join('/'))
          .filter((topic) => !gone.has(topic)),
      );
      expect([...tree.matching(filter.join('/'))].toSorted()).toEqual([...expected].toSorted());
    }),
  );
});
