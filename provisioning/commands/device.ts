import { readRegistry } from '#registry/open-registry.ts';
import { registryFile } from '../prepare.ts';
import { type Command, withRegistry } from './command.ts';
import { requireCommunity, tableLines } from './known-rows.ts';

const list: Command = {
  name: 'device list',
  words: ['community'],
  summary: 'every device of a community: address, class, gateway, place',
  run: ({ words: { community = '' } }, context) =>
    withRegistry(context, async (db) => {
      await requireCommunity(db, community);
      const devices = [
        ...(readRegistry(registryFile(context.dataDir)).of(community)?.devices.values() ?? []),
      ];
      const rows = devices.map((device) => [
        device.id,
        device.address,
        device.class,
        device.gateway,
        device.placeLabel,
      ]);
      for (const line of tableLines([['device', 'address', 'class', 'gateway', 'place'], ...rows])) {
        context.print(line);
      }
    }),
};

/** Commands about devices. */
export const deviceCommands: readonly Command[] = [list];
