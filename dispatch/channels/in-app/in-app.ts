import type { ChannelDefinition } from '../channel.ts';
import { inAppSettings } from './config.ts';

/**
 * The channel of the platform's own pages.
 *
 * The message's row on disk is the message: the dashboard reads it as undelivered, woken by the notice of
 * the commit that wrote it, and answers `delivered` once a page of the person took it. Handing over is
 * therefore done with the commit.
 */
export const inAppChannel: ChannelDefinition<typeof inAppSettings> = {
  settings: inAppSettings,
  create: ({ settings }) => ({
    name: 'in-app',
    limits: {
      concurrency: settings.inAppConcurrency,
      timeoutMs: settings.inAppTimeoutMs,
      attempts: settings.inAppAttempts,
      retryMs: settings.inAppRetryMs,
    },
    addressOf: ({ id }) => id,
    send: () => Promise.resolve({ sent: true }),
  }),
};
