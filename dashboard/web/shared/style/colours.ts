import { useEffect, useState, useSyncExternalStore } from 'react';

/** Dark by default: a wall at night must not blind. */
export const colourChoices = ['dark', 'light', 'system'] as const;
export type ColourChoice = (typeof colourChoices)[number];

const storageKey = 'shouwang.colours';
const choiceListeners = new Set<() => void>();
const storedChoice = (): ColourChoice =>
  colourChoices.find((choice) => choice === localStorage.getItem(storageKey)) ?? 'dark';

/** The colours chosen on this machine and those they stand for now; sets them on the document. */
export function useColours(): {
  choice: ColourChoice;
  inUse: 'dark' | 'light';
  choose: (choice: ColourChoice) => void;
} {
  const choice = useSyncExternalStore(subscribeToChoice, storedChoice);
  const isSystemLight = useMedia('(prefers-color-scheme: light)');
  const inUse = choice === 'light' || (choice === 'system' && isSystemLight) ? 'light' : 'dark';
  useEffect(() => {
    document.documentElement.dataset.theme = inUse;
  }, [inUse]);
  return { choice, inUse, choose };
}

function choose(choice: ColourChoice): void {
  localStorage.setItem(storageKey, choice);
  for (const listener of choiceListeners) listener();
}

function subscribeToChoice(listener: () => void): () => void {
  choiceListeners.add(listener);
  return () => choiceListeners.delete(listener);
}

/** True while a media query holds. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = () => setMatches(list.matches);
    follow();
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}
