import { type EventKind, eventKinds } from '#contracts/facts/event-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import { type Quantity, quantities } from '#contracts/facts/quantities.ts';

/** What the editor offers to choose from. */
export interface Vocabulary {
  kinds: { value: EventKind; zh: string; en: string }[];
  quantities: { value: Quantity; unit: string }[];
}

/** Every kind of event and every quantity, with their words. */
export const vocabulary: Vocabulary = {
  kinds: (Object.keys(eventKinds) as EventKind[]).map((value) => ({ value, ...kindWords[value] })),
  quantities: Object.entries(quantities).map(([value, { unit }]) => ({ value: value as Quantity, unit })),
};
