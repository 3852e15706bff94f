const storageKey = 'shouwang.textSize';

/** Sizes of text on the family page; `large` is at least 24 px. */
export type TextSize = 'normal' | 'large';

/** The size of the text, kept on this phone and set on the document. */
export interface TextSizeChoice {
  get(): TextSize;
  choose(size: TextSize): void;
  subscribe(listener: () => void): () => void;
}

/** Creates it with what was chosen last; it stands on `root` as `data-text`. */
export function createTextSize(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  root: { dataset: DOMStringMap },
): TextSizeChoice {
  const listeners = new Set<() => void>();
  let size: TextSize = storage.getItem(storageKey) === 'large' ? 'large' : 'normal';
  root.dataset.text = size;
  return {
    get: () => size,
    choose: (chosen) => {
      size = chosen;
      root.dataset.text = size;
      storage.setItem(storageKey, size);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
