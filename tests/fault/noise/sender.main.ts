import { type NoiseTarget, type SenderName, senders } from './senders.ts';

/** One process that is noisy until its parent says `stop`; it answers with what it did. */
const [name, target] = JSON.parse(process.argv[2] ?? '[]') as [SenderName, NoiseTarget];
const sender = senders[name](target);
process.once('message', () => {
  process.send?.(sender.counts, () => process.exit(0));
  sender.stop();
});
process.once('disconnect', () => process.exit(0));
process.send?.('started');
