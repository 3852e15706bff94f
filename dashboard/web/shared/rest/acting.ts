import { createContext } from 'react';
import { RequestFailed } from './request.ts';

/**
 * Asks who acts, where nobody is signed in; `again` where the token of that action holds no more. Resolves to the
 * token of one action, or to undefined where they changed their mind.
 */
export type AskWhoActs = (asking: 'first' | 'again') => Promise<string | undefined>;

/** Set at a wall; undefined where whoever is signed in acts. */
export const AskWhoActsContext = createContext<AskWhoActs | undefined>(undefined);

/** True where an action was refused since its token holds no more: its minute is over, or the server began anew. */
export function isTokenOver(error: unknown): boolean {
  return error instanceof RequestFailed && error.code === 'DASHBOARD_ACTING_REQUIRED';
}
