import type { DayClock } from '../../shared/time/day-clock.ts';
import type { Facts } from './facts.ts';

/** Where an elder's name stands in a sentence: it is drawn apart, so that no mark in it turns the words around. */
export const elderName = { elder: true } as const;

/** A sentence, whole, with the place of the name. */
export type Sentence = readonly (string | typeof elderName)[];

/** What is said of a day, in the order it is to be read. */
export interface Sentences {
  /** What is not known; stands first and apart. */
  silence: Sentence[];
  day: Sentence[];
  /** Of the watch itself. */
  watch: Sentence[];
}

/** Says facts in one language. Numbers and comparison, never a verdict. */
export type Say = (facts: Facts, clock: DayClock) => Sentences;

/** A sentence as plain text. */
export function textOf(sentence: Sentence, name: string): string {
  return sentence.map((part) => (typeof part === 'string' ? part : name)).join('');
}
