import type { NotificationView } from '#contracts/incident.ts';

/** How far a message came. */
export type NotificationState = NotificationView['state'];

/** Why a message was not sent that nobody needs any longer. */
export const notNeeded = 'no longer needed';

/** What can happen to a message. */
export const notificationEvents = ['sent', 'delivered', 'read', 'fail'] as const;
export type NotificationEvent = (typeof notificationEvents)[number];

/** A page may receive a message before `sent` is on disk. */
const transitions = {
  pending: { sent: 'sent', delivered: 'delivered', read: 'read', fail: 'failed' },
  sent: { delivered: 'delivered', read: 'read', fail: 'failed' },
  delivered: { read: 'read' },
  read: {},
  failed: { delivered: 'delivered', read: 'read' },
} as const satisfies Record<NotificationState, Partial<Record<NotificationEvent, NotificationState>>>;

/** The state after an event; undefined where it changes nothing. */
export function nextNotificationState(
  state: NotificationState,
  event: NotificationEvent,
): NotificationState | undefined {
  const row: Partial<Record<NotificationEvent, NotificationState>> = transitions[state];
  return row[event];
}
