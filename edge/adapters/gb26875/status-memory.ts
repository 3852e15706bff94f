import { createBoundedMap } from '#runtime/bounded-map.ts';

/** Most components remembered; one forgotten tells all its set bits once more. */
const maxComponents = 100_000;

/** The statuses one frame reports, remembered only once they are on disk. */
export interface StatusDraft {
  /** The status before this one, within the frame too; undefined where none is known. */
  replace(component: string, status: number): number | undefined;
  commit(): void;
}

/** Creates an empty memory of the last status of every component; it begins anew with the agent. */
export function createStatusMemory(): { draft(): StatusDraft } {
  const statuses = createBoundedMap<string, number>(maxComponents);
  return {
    draft: () => {
      const changed = new Map<string, number>();
      return {
        replace: (component, status) => {
          const before = changed.get(component) ?? statuses.get(component);
          changed.set(component, status);
          return before;
        },
        commit: () => {
          for (const [component, status] of changed) statuses.set(component, status);
        },
      };
    },
  };
}
