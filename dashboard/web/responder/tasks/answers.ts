const storageKey = 'shouwang.answered';
/** Most incidents whose answer a phone remembers; the oldest go. */
export const maxAnswers = 200;

/** What somebody answered on this phone: of each incident the attention up to which it no longer rings. */
export interface Answers {
  get(incident: string): number | undefined;
  answer(incident: string, attention: number): void;
  subscribe(listener: () => void): () => void;
  /** Rises with every answer. */
  getVersion(): number;
}

/** Reads and keeps the answers of one person in the browser's storage. */
export function createAnswers(storage: Pick<Storage, 'getItem' | 'setItem'>, person: string): Answers {
  const key = `${storageKey}.${person}`;
  const answers = read(storage.getItem(key));
  const listeners = new Set<() => void>();
  let version = 0;
  return {
    get: (incident) => answers.get(incident),
    answer: (incident, attention) => {
      if ((answers.get(incident) ?? 0) >= attention) return;
      answers.delete(incident);
      answers.set(incident, attention);
      for (const oldest of [...answers.keys()].slice(0, Math.max(0, answers.size - maxAnswers))) {
        answers.delete(oldest);
      }
      version += 1;
      storage.setItem(key, JSON.stringify([...answers]));
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getVersion: () => version,
  };
}

/** What is stored may be of any other program: what does not fit counts as no answer, so that it rings. */
function read(text: string | null): Map<string, number> {
  try {
    const pairs: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(pairs)) return new Map();
    return new Map(
      pairs.filter(
        (pair): pair is [string, number] =>
          Array.isArray(pair) && typeof pair[0] === 'string' && Number.isInteger(pair[1]),
      ),
    );
  } catch {
    return new Map();
  }
}
