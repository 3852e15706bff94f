import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '#registry/community-registry.ts';
import type { Channel, ChannelMessage } from './channel.ts';

/** A provider that a test holds; a channel of our own pages has none. */
export interface ProviderUnderTest {
  /** Messages that came to it: their ids, and what a person reads. */
  came(): { id: string; text: string }[];
  /** From now on it refuses for good, is away for now, or does not answer. */
  become(mood: 'refuse' | 'away' | 'hang'): void;
  /** Ends once so many requests have come. */
  waitFor(requests: number): Promise<void>;
}

/** A channel as the suite holds it. */
export interface ChannelUnderTest {
  channel: Channel;
  /** Somebody it reaches, and somebody it does not; absent where it reaches everybody. */
  reachable: Person;
  unreachable?: Person;
  provider?: ProviderUnderTest;
  close(): Promise<void>;
}

/** What every channel must do; each has a test file that calls this. */
export function describeChannel(
  name: string,
  options: {
    open: () => Promise<ChannelUnderTest>;
    hasProvider: boolean;
  },
): void {
  describe(name, () => {
    let under: ChannelUnderTest;
    beforeEach(async () => {
      under = await options.open();
    });
    afterEach(() => under.close());

    const message = (change: Partial<ChannelMessage> = {}): ChannelMessage => ({
      id: 'n-1',
      incident: 'i-1',
      person: under.reachable.id,
      address: under.channel.addressOf(under.reachable) ?? '',
      about: 'alarm',
      step: 0,
      insistence: 1,
      possibleRepeat: false,
      summary: { zh: '手表求救：3栋2单元101', en: 'SOS from a watch: 3-2-101' },
      drill: false,
      ...change,
    });
    const send = (change?: Partial<ChannelMessage>, signal = new AbortController().signal) =>
      under.channel.send(message(change), signal);

    test('names its limits', () => {
      const { concurrency, timeoutMs, attempts, retryMs } = under.channel.limits;
      for (const limit of [concurrency, timeoutMs, attempts, retryMs]) expect(limit).toBeGreaterThan(0);
    });

    test('knows whom it reaches, and says of nobody else that it does', () => {
      expect(under.channel.addressOf(under.reachable)).toBeTruthy();
      if (under.unreachable) expect(under.channel.addressOf(under.unreachable)).toBeUndefined();
    });

    test('hands a message over', async () => {
      expect(await send()).toEqual({ sent: true });
    });

    if (!options.hasProvider) return;
    const provider = () => under.provider as ProviderUnderTest;

    test('brings the words of both languages, and the same id however often it is sent', async () => {
      await send();
      await send({ possibleRepeat: true });
      expect(
        provider()
          .came()
          .map(({ id }) => id),
      ).toEqual(['n-1', 'n-1']);
      expect(provider().came()[0]?.text).toContain('手表求救：3栋2单元101');
      expect(provider().came()[0]?.text).toContain('SOS from a watch: 3-2-101');
    });

    test('tells what is refused for good from what may be tried again', async () => {
      provider().become('refuse');
      expect(await send()).toMatchObject({ sent: false, retryable: false, reason: expect.any(String) });
      provider().become('away');
      expect(await send()).toMatchObject({ sent: false, retryable: true, reason: expect.any(String) });
    });

    test('gives up when it is told to', async () => {
      provider().become('hang');
      const ending = new AbortController();
      const sending = expect(send({}, ending.signal)).rejects.toThrow();
      await provider().waitFor(1);
      ending.abort();
      await sending;
    });
  });
}
