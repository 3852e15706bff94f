import { setImmediate } from 'node:timers/promises';
import { maxReplayedAtOnce, type ReplayResult } from '#contracts/dead-letter.ts';
import type {
  IngestDiscard,
  IngestReplay,
  IngestReplayMany,
  Replayed,
  ReplayedMany,
} from '#contracts/dead-letters.ts';
import type { FollowedRegistry } from '#registry/open-registry.ts';
import type { Logger } from '#runtime/log.ts';
import { IngestError } from '../errors.ts';
import type { OpenDeadLetter } from '../journal/dead-letters.ts';
import type { JournalTables } from '../receive/commit-batch.ts';
import { gatewayIn } from '../receive/device-lookup.ts';
import { replayDeadLetter } from '../receive/replay-dead-letter.ts';

/** What people do with dead letters. */
export interface DeadLetterActions {
  /** Validates a dead letter again. @throws {IngestError} `INGEST_DEAD_LETTER_UNKNOWN`, `INGEST_JOURNAL_FULL`. */
  replay(id: number, asked: IngestReplay): Promise<Replayed>;
  /** Validates all of one gateway and reason again, oldest first, at most `maxReplayedAtOnce`. @throws as `replay`. */
  replayMany(asked: IngestReplayMany): Promise<ReplayedMany>;
  /** Discards a dead letter. @throws {IngestError} `INGEST_DEAD_LETTER_UNKNOWN`. */
  discard(id: number, asked: IngestDiscard): void;
}

/** What the actions need. */
export interface DeadLetterActionsOptions {
  tables: JournalTables;
  registry: Pick<FollowedRegistry, 'current' | 'refresh'>;
  /** False where the journal has no room for telemetry. */
  acceptsTelemetry: () => boolean;
  /** Called after every commit, with the newest position. */
  onCommitted: (position: number) => void;
  now: () => number;
  log: Logger;
}

/** Creates the actions, in the thread that writes the journal. */
export function createDeadLetterActions(options: DeadLetterActionsOptions): DeadLetterActions {
  const { tables, registry, now, log } = options;
  const { deadLetters } = tables;

  const unknown = (id: number) =>
    new IngestError('INGEST_DEAD_LETTER_UNKNOWN', `there is no dead letter ${id}`);
  const validate = (deadLetter: OpenDeadLetter, by: string): Replayed => {
    if (deadLetter.lane === 'telemetry' && !options.acceptsTelemetry()) {
      throw new IngestError('INGEST_JOURNAL_FULL', 'the journal has no space for telemetry');
    }
    const findDevice = (community: string, address: string) =>
      registry.current().of(community)?.findDevice(address)?.id;
    const gatewayOf = (community: string, device: string) => gatewayIn(registry.current(), community, device);
    const done = replayDeadLetter(tables, deadLetter, { findDevice, gatewayOf, by, now: now() });
    const { outcome, journalled } = done;
    const { id, gateway } = deadLetter;
    log.info({ deadLetter: id, gateway, outcome, journalled, by }, 'dead letter replayed');
    if (journalled > 0) options.onCommitted(tables.journal.newest);
    return done;
  };

  return {
    replay: async (id, { community, actor }) => {
      // The device may have been registered a moment ago.
      await registry.refresh();
      const found = deadLetters.find(community, id);
      if (found === 'replayed') return { outcome: 'already-journalled', journalled: 0 };
      if (found === undefined || found === 'discarded') throw unknown(id);
      return validate(found, actor);
    },
    replayMany: async ({ community, actor, ...of }) => {
      await registry.refresh();
      const ids = deadLetters.open(community, of, 0, maxReplayedAtOnce + 1);
      const outcomes: Partial<Record<ReplayResult, number>> = {};
      for (const id of ids.slice(0, maxReplayedAtOnce)) {
        const deadLetter = deadLetters.find(community, id);
        if (typeof deadLetter === 'object') {
          const { outcome } = validate(deadLetter, actor);
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        }
        // Each is a commit of its own: an alarm that comes meanwhile waits for one of them at most.
        await setImmediate();
      }
      return { outcomes, left: Math.max(0, ids.length - maxReplayedAtOnce) };
    },
    discard: (id, { community, actor, because }) => {
      const found = deadLetters.find(community, id);
      if (typeof found !== 'object') throw unknown(id);
      tables.journal.commit((_append, at) =>
        deadLetters.settle(id, { as: 'discarded', by: actor, because }, at),
      );
      log.info({ deadLetter: id, gateway: found.gateway, by: actor }, 'dead letter discarded');
    },
  };
}
