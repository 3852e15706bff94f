import { expect, onTestFinished, test, vi } from 'vitest';
import type { NotificationView } from '#contracts/incident.ts';
import { silentLog } from '#runtime/log.ts';
import { createNotificationPush } from './notification-push.ts';

test('messages of one person that cannot be read once are offered all the same, and to the others at once', async () => {
  const failures = new Map([['guard-1', 1]]);
  const shown: string[] = [];
  const push = createNotificationPush({
    reader: {
      undelivered: async (_community, person) => {
        const left = failures.get(person) ?? 0;
        failures.set(person, left - 1);
        if (left > 0) throw new Error('database is locked');
        return [{ id: `n-${person}`, incident: 'i-1', person }] as NotificationView[];
      },
    },
    show: ({ person }) => shown.push(person),
    deliver: async () => ({ recorded: 0, unknown: 0 }),
    log: silentLog(),
    now: () => 0,
  });
  onTestFinished(() => push.close());
  push.push(['guard-1', 'guard-2'].map((person) => ({ community: 'c1', person })));
  await vi.waitFor(() => expect(shown).toEqual(['guard-2', 'guard-1']));
});
