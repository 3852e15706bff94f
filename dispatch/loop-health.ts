/** How long a loop may go without a good run before the process calls itself unwell, in ms. */
const unwellAfterMs = 10_000;

/** What became of each loop's runs, for health. */
export interface LoopHealth {
  /** Runs a loop's work and keeps whether it went well. */
  watch(name: string, run: () => Promise<boolean>): Promise<boolean>;
  /** `ok` is false where a loop's last run failed or none went well for 10 s. */
  state(): { ok: boolean; loops: Record<string, string> };
}

/** Creates the watch over a set of loops. */
export function createLoopHealth(now: () => number): LoopHealth {
  const runs = new Map<string, { goodAt: number; failure?: string }>();
  return {
    watch: async (name, run) => {
      try {
        const more = await run();
        runs.set(name, { goodAt: now() });
        return more;
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        runs.set(name, { goodAt: runs.get(name)?.goodAt ?? now(), failure });
        throw error;
      }
    },
    state: () => {
      const describe = ({ goodAt, failure }: { goodAt: number; failure?: string }) => {
        if (failure !== undefined) return failure;
        return now() - goodAt > unwellAfterMs ? `no run for ${now() - goodAt} ms` : 'ok';
      };
      const loops = Object.fromEntries([...runs].map(([name, run]) => [name, describe(run)]));
      return { ok: Object.values(loops).every((state) => state === 'ok'), loops };
    },
  };
}
