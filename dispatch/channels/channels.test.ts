import type { Person } from '#registry/community-registry.ts';
import { createHookChannel, startHookProvider } from '../testing/hook-provider.ts';
import { testChannels } from '../testing/test-parts.ts';
import type { Channel } from './channel.ts';
import { describeChannel } from './describe-channel.ts';

const person: Person = {
  id: 'p1',
  community: 'c1',
  name: '值班员',
  phone: '13900000001',
  enabled: 1,
  rights: [{ role: 'guard', scope: '' }],
};

describeChannel('in-app', {
  hasProvider: false,
  open: async () => ({
    channel: testChannels()[0] as Channel,
    reachable: person,
    close: () => Promise.resolve(),
  }),
});

describeChannel('a channel to a provider over HTTP', {
  hasProvider: true,
  open: async () => {
    const provider = await startHookProvider();
    return {
      channel: createHookChannel(provider.url),
      reachable: person,
      unreachable: { ...person, phone: null },
      provider: {
        came: () => provider.came,
        become: (mood) => {
          provider.mood = () => mood;
        },
        waitFor: provider.waitFor,
      },
      close: provider.close,
    };
  },
});
