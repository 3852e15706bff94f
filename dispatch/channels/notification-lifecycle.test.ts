import { expect, test } from 'vitest';
import { nextNotificationState, notificationEvents } from './notification-lifecycle.ts';

const states = ['pending', 'sent', 'delivered', 'read', 'failed'] as const;
const allowed: Record<string, string> = {
  'pending sent': 'sent',
  'pending delivered': 'delivered',
  'pending read': 'read',
  'pending fail': 'failed',
  'sent delivered': 'delivered',
  'sent read': 'read',
  'sent fail': 'failed',
  'delivered read': 'read',
  'failed delivered': 'delivered',
  'failed read': 'read',
};
const cases = states.flatMap((state) => notificationEvents.map((event) => [state, event] as const));

test.each(cases)('a message that is %s answers to %s as its table says', (state, event) => {
  expect(nextNotificationState(state, event)).toBe(allowed[`${state} ${event}`]);
});
