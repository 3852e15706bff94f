import { createContext } from 'react';
import { createPageContext, type LastingServices, type SignedInServices } from '../../shared/page-context.ts';
import type { AlarmSound } from '../../shared/sound/alarm-sound.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices extends LastingServices {
  sound: AlarmSound;
}

/** What the console has while somebody is signed in. */
export interface ConsoleServices extends PageServices, SignedInServices {
  /** Asks anew who is signed in, after something about them changed. */
  refreshSession: () => void;
}

/** The console's services, and how its parts read them. */
export const {
  Context: ConsoleContext,
  useServices: useConsole,
  useLiveState,
  useNow,
} = createPageContext<ConsoleServices>();

/** True while the page is blind, so that nothing in it may pass for the present. */
export const LostContext = createContext(false);
