import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel, ChannelLimits } from '../channels/channel.ts';

/** How a provider answers: 200, 400 for good, 503 for now, or not at all. */
export type HookMood = 'take' | 'refuse' | 'away' | 'hang';

/** A provider that takes messages over HTTP, as those of short messages and chats do. */
export interface HookProvider {
  url: string;
  /** How it answers a message from now on, by the address it is for. */
  mood: (address: string) => HookMood;
  /** Every request that came, refused ones too. */
  readonly came: { id: string; address: string; text: string; possibleRepeat: boolean }[];
  /** Ends once so many requests have come. */
  waitFor(requests: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a provider on a free port of this machine. */
export async function startHookProvider(): Promise<HookProvider> {
  const came: HookProvider['came'] = [];
  let waiting: { requests: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as HookProvider['came'][number];
      came.push(body);
      for (const { resolve } of waiting.filter(({ requests }) => requests <= came.length)) resolve();
      waiting = waiting.filter(({ requests }) => requests > came.length);
      const mood = provider.mood(body.address);
      if (mood !== 'hang') response.writeHead({ take: 200, refuse: 400, away: 503 }[mood]).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: HookProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: () => 'take',
    came,
    waitFor: (requests) =>
      new Promise((resolve) => {
        if (came.length >= requests) resolve();
        else waiting.push({ requests, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

/** A channel to such a provider; it reaches whoever has a phone number. */
export function createHookChannel(url: string, limits: Partial<ChannelLimits> = {}): Channel {
  return {
    name: 'hook',
    limits: { concurrency: 2, timeoutMs: 10_000, attempts: 3, retryMs: 2000, ...limits },
    addressOf: ({ phone }) => phone ?? undefined,
    send: async ({ id, address, summary, possibleRepeat }, signal) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, address, text: `${summary.zh} ${summary.en}`, possibleRepeat }),
        signal,
      });
      if (answer.ok) return { sent: true };
      return { sent: false, retryable: answer.status >= 500, reason: `HTTP ${answer.status}` };
    },
  };
}
