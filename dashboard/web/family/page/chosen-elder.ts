import { useSyncExternalStore } from 'react';

/** The elder chosen, from the address, so that the phone's own "back" leads back to the choice. */
export function useChosenElder(): string | undefined {
  return useSyncExternalStore(subscribe, read);
}

/** Chooses an elder, or goes back to the choice. */
export function chooseElder(id: string | undefined): void {
  location.hash = id === undefined ? '' : `#${encodeURIComponent(id)}`;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function read(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}
