import type { NotificationView } from '#contracts/incident.ts';

/** Names of the channels there are. */
export type ChannelName = NotificationView['channel'];

/**
 * Channels whose message is where it belongs with the commit that wrote it; that it is sent may be noted with the next
 * poll, so that no alarm waits for that commit.
 */
export const thereByCommit: ReadonlySet<ChannelName> = new Set<ChannelName>(['in-app']);

/** What a channel is asked to bring to one person. */
export interface ChannelMessage {
  /** Identifies the message at the provider too: sending it again must not read as another. */
  id: string;
  incident: string;
  person: string;
  /** `assignment`: this person is sent there. */
  about: NotificationView['about'];
  step: number;
  /** 1 (first word) to 3. */
  insistence: number;
  possibleRepeat: boolean;
  summary: { zh: string; en: string };
  drill: boolean;
}

/** What became of the handing over; that it was sent says nothing about anybody having seen it. */
export type SendResult = { sent: true } | { sent: false; retryable: boolean; reason: string };

/** A way to a person. Retries, time limits and delivery states are wrapped round it in `deliver.ts`. */
export interface Channel {
  readonly name: ChannelName;
  /** Hands a message over; may reject, which counts as retryable. */
  send(message: ChannelMessage): Promise<SendResult>;
}
