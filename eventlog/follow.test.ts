import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { createPoll, type FollowOptions, follow, type Source } from './follow.ts';

interface Item {
  position: number;
  name: string;
}

/** A log in memory that a test writes, and what a follower made of it, with its cursor on "disk". */
function createPlace(...names: string[]) {
  const items: Item[] = names.map((name, index) => ({ position: index + 1, name }));
  const disk = { cursor: 0, made: [] as string[] };
  const source: Source<Item> & { reads: number } = {
    reads: 0,
    read: async (position, limit) => {
      source.reads += 1;
      return items.filter((item) => item.position > position).slice(0, limit);
    },
    newest: async () => items.at(-1)?.position ?? 0,
    positionOf: ({ position }) => position,
  };
  const options = {
    source,
    load: () => disk.cursor,
    apply: (waiting: Item[]) => {
      disk.made.push(...waiting.map(({ name }) => name));
      disk.cursor = waiting.at(-1)?.position ?? disk.cursor;
      return disk.cursor;
    },
    limit: 2,
    shortened: () => {
      disk.cursor = 0;
      return 0;
    },
    log: silentLog(),
  } satisfies Omit<FollowOptions<Item>, 'name' | 'intervalMs'>;
  const append = (name: string) => items.push({ position: (items.at(-1)?.position ?? 0) + 1, name });
  return { items, disk, source, options, append };
}

test('applies everything once, in order, a batch a poll', async () => {
  const { options, disk, append } = createPlace('a', 'b', 'c');
  const poll = createPoll(options);
  expect(await poll.run()).toBe(true);
  expect(await poll.run()).toBe(false);
  append('d');
  expect(await poll.run()).toBe(false);
  expect(disk.made).toEqual(['a', 'b', 'c', 'd']);
  expect(poll.position).toBe(4);
});

test('goes on where its cursor is, after a restart', async () => {
  const { options, disk } = createPlace('a', 'b', 'c');
  await createPoll(options).run();
  await createPoll(options).run();
  expect(disk.made).toEqual(['a', 'b', 'c']);
});

test('what fails is applied again from the cursor on disk, whether or not its commit happened', async () => {
  for (const happened of [true, false]) {
    const { options, disk } = createPlace('a', 'b');
    let fails = true;
    const poll = createPoll({
      ...options,
      apply: (waiting) => {
        if (!fails) return options.apply(waiting);
        fails = false;
        if (happened) options.apply(waiting);
        throw new Error('disk');
      },
    });
    await expect(poll.run()).rejects.toThrow('disk');
    await poll.run();
    expect(disk.made).toEqual(['a', 'b']);
  }
});

test('what is left to wait is kept and shown again with what has come, without reading it twice', async () => {
  const { options, disk, append, source } = createPlace('a', 'b', 'c');
  const seen: string[][] = [];
  const poll = createPoll({
    ...options,
    limit: 10,
    apply: (waiting) => {
      seen.push(waiting.map(({ name }) => name));
      return options.apply(waiting.slice(0, 1));
    },
  });
  expect(await poll.run()).toBe(true);
  append('d');
  await poll.run();
  expect(seen).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'd'],
  ]);
  expect(disk.cursor).toBe(2);
  expect(source.reads).toBe(2);
});

test('of a log that ends before what was read of it, the follower says where to go on', async () => {
  const { options, disk, items } = createPlace('a', 'b', 'c');
  const poll = createPoll({ ...options, limit: 10 });
  await poll.run();
  items.length = 0;
  items.push({ position: 1, name: 'new a' }, { position: 2, name: 'new b' });
  await poll.run();
  expect(disk.made).toEqual(['a', 'b', 'c', 'new a', 'new b']);
});

test('a log that ends before what waits is read anew as well', async () => {
  const { options, disk, items } = createPlace('a', 'b', 'c');
  const poll = createPoll({ ...options, limit: 10, apply: (waiting) => options.apply(waiting.slice(0, 1)) });
  await poll.run();
  items.length = 2;
  items[1] = { position: 2, name: 'new b' };
  await poll.run();
  expect(disk.made).toEqual(['a', 'a']);
});

test('goes where it is sent, and applies a stretch again', async () => {
  const { options, disk } = createPlace('a', 'b', 'c');
  let sent: number | undefined;
  const poll = createPoll({
    ...options,
    limit: 10,
    seek: () => {
      const to = sent;
      sent = undefined;
      return to;
    },
  });
  await poll.run();
  sent = 1;
  await poll.run();
  expect(disk.made).toEqual(['a', 'b', 'c', 'b', 'c']);
});

test('reports progress after every successful poll', async () => {
  const { options } = createPlace('a', 'b', 'c');
  const told: object[] = [];
  const poll = createPoll({ ...options, onProgress: (progress) => void told.push(progress) });
  await poll.run();
  await poll.run();
  await poll.run();
  expect(told).toEqual([
    { position: 2, newest: 3 },
    { position: 3, newest: 3 },
    { position: 3, newest: 3 },
  ]);
});

test('what fails while progress is reported fails the poll, and nothing is left unhandled', async () => {
  const { options, disk } = createPlace('a');
  const errors: unknown[] = [];
  const poll = createPoll({
    ...options,
    onProgress: async () => {
      throw new Error('disk');
    },
    failed: (error) => void errors.push(error),
  });
  expect(await poll.run()).toBe(true);
  expect(errors).toEqual([new Error('disk')]);
  expect(disk.made).toEqual(['a']);
});

test('a failure that is handled is followed by another attempt', async () => {
  const { options, disk } = createPlace('a');
  const errors: unknown[] = [];
  let fails = 2;
  const poll = createPoll({
    ...options,
    source: {
      ...options.source,
      read: (position, limit) => {
        if (fails-- > 0) throw new Error('away');
        return options.source.read(position, limit);
      },
    },
    failed: (error) => void errors.push(error),
  });
  expect([await poll.run(), await poll.run(), await poll.run()]).toEqual([true, true, false]);
  expect(errors).toHaveLength(2);
  expect(disk.made).toEqual(['a']);
});

test('a wake brings the next poll forward, and closing ends after the current batch', async () => {
  const { options, disk, append } = createPlace('a');
  const applied = Promise.withResolvers<void>();
  const follower = follow({
    ...options,
    name: 'test',
    intervalMs: 600_000,
    apply: (waiting) => {
      const position = options.apply(waiting);
      if (position === 2) applied.resolve();
      return position;
    },
  });
  onTestFinished(() => follower.close());
  append('b');
  follower.wake();
  await applied.promise;
  await follower.close();
  append('c');
  follower.wake();
  expect(disk.made).toEqual(['a', 'b']);
  expect(follower.position).toBe(2);
});
