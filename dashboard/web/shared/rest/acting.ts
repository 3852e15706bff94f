import { createContext } from 'react';

/**
 * Asks who acts, where nobody is signed in; resolves to the token of one act, or to undefined where they changed
 * their mind.
 */
export type AskWhoActs = () => Promise<string | undefined>;

/** Set at a wall; undefined where whoever is signed in acts. */
export const AskWhoActsContext = createContext<AskWhoActs | undefined>(undefined);
