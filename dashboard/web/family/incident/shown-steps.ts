import type { TimelineType } from '#contracts/incident.ts';

/** Steps that tell a relative nothing: a message that arrived, and what staff noted. */
export const notShownSteps: ReadonlySet<TimelineType> = new Set(['delivered', 'note'] as const);

/** A step that a relative is shown. */
export type ShownStep = Exclude<TimelineType, 'delivered' | 'note'>;

/** True for a step that a relative is shown. */
export function isShownStep(type: TimelineType): type is ShownStep {
  return !notShownSteps.has(type);
}
