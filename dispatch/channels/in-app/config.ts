import { Type } from 'typebox';
import { durationMs } from '#runtime/settings.ts';

/** Settings of the platform's own pages as a channel. */
export const inAppSettings = {
  inAppConcurrency: Type.Integer({
    default: 200,
    minimum: 1,
    maximum: 500,
    description: 'Most messages to pages sent at the same time.',
  }),
  inAppTimeoutMs: durationMs(10_000, 100, 60_000, 'Longest wait for one message to a page'),
  inAppAttempts: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 20,
    description: 'Attempts after which a message to a page has failed.',
  }),
  inAppRetryMs: durationMs(2000, 100, 60_000, 'Wait before the next attempt of a message to a page'),
};
