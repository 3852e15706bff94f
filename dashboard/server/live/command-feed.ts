import { type CommandReader, maxCommandsShown } from '#contracts/command.ts';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import type { Room } from './room.ts';

/** Follows what becomes of commands into the rooms, every `intervalMs`. */
export function startCommandFeed(options: {
  reader: CommandReader;
  rooms: () => Room[];
  log: Logger;
  intervalMs?: number;
}): PollLoop {
  const versions = new Map<string, ReadonlyMap<string, number>>();

  const publish = async (room: Room) => {
    const commands = await options.reader.latest(room.community, maxCommandsShown);
    const before = versions.get(room.community);
    // What stood before the room was followed reaches pages by their snapshot.
    const changed = before ? commands.filter(({ id, version }) => before.get(id) !== version) : [];
    if (changed.length > 0) room.publish({ type: 'commands', commands: changed });
    versions.set(room.community, new Map(commands.map(({ id, version }) => [id, version])));
  };
  /** A community whose commands cannot be read keeps none from the others, and is met again where it was. */
  const tryPublish = async (room: Room) => {
    try {
      await publish(room);
    } catch (error) {
      options.log.error({ err: error, community: room.community }, 'commands not readable');
    }
  };

  return startPollLoop({
    name: 'command-feed',
    intervalMs: options.intervalMs ?? 250,
    log: options.log,
    run: async () => {
      for (const room of options.rooms()) await tryPublish(room);
      return false;
    },
  });
}
