/** Embeddings, overrides and isolates, by which a name could turn the words around it. @see UAX #9, 2. */
const directionControls = /[\u202a-\u202e\u2066-\u2069]/g;
/** Letters written from right to left, and the marks that stand for one. */
const rightToLeft = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff]/;

/** A value as it may stand within a sentence: it cannot turn what stands around it. */
export function isolate(value: string): string {
  const harmless = value.replace(directionControls, '');
  return rightToLeft.test(harmless) ? `\u2068${harmless}\u2069` : harmless;
}
