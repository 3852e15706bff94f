import type { Static, TObject, TProperties } from 'typebox';
import type { NotificationView } from '#contracts/incident.ts';
import type { Person } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';

/**
 * Channels whose message is where it belongs with the commit that wrote it; that it is sent may be noted with the next
 * poll, so that no alarm waits for that commit.
 */
export const deliveredByCommit: ReadonlySet<string> = new Set(['in-app']);

/** What a channel's provider bears and how long it is waited for; each channel has its own. */
export interface ChannelLimits {
  /** Most messages handed over at the same time; further ones wait. */
  concurrency: number;
  /** Longest that one handing over is waited for, in ms; what became of it is then not known. */
  timeoutMs: number;
  /** Attempts after which a message has failed. */
  attempts: number;
  /** Wait before the next attempt, in ms. */
  retryMs: number;
  /** Most messages handed over in a minute; undefined where there is no such limit. */
  perMinute?: number | undefined;
}

/** What a channel is asked to bring to one person. */
export interface ChannelMessage {
  /** Identifies the message at the provider too: sending it again must not read as another. */
  id: string;
  incident: string;
  person: string;
  /** Where the channel reaches the person, as it said itself of them. */
  address: string;
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

/** A way to a person. Concurrency, time limits, retries and delivery states are wrapped round it in `deliver.ts`. */
export interface Channel {
  /** Stored in the messages' rows: it never changes. */
  readonly name: string;
  readonly limits: ChannelLimits;
  /** Where it reaches a person of the registry; undefined where it cannot. */
  addressOf(person: Person): string | undefined;
  /**
   * Hands a message over. It may reject, after which nobody knows whether it went out: it is retried as a possible
   * repeat. What the provider refused is a result, never a rejection.
   *
   * @param signal Ends the attempt: its time is over, or dispatch closes.
   */
  send(message: ChannelMessage, signal: AbortSignal): Promise<SendResult>;
}

/** What every channel is created with. */
export interface ChannelContext<Settings> {
  settings: Settings;
  /** As it is now. */
  registry: () => Registry;
  log: Logger;
}

/** A channel as `all.ts` lists it: the settings that its `config.ts` declares, and what creates it. */
export interface ChannelDefinition<Settings extends TProperties> {
  readonly settings: Settings;
  create(context: ChannelContext<Static<TObject<Settings>>>): Channel;
}
