import type { GuessStore } from '#runtime/guess-store.ts';
import type { Logger } from '#runtime/log.ts';
import { createPins, type Pins } from '../identity/pins.ts';
import type { DispatchClient } from '../incidents/dispatch-client.ts';
import type { DashboardDatabase } from '../tables.ts';
import { type ActingTokens, createActingTokens } from './acting-tokens.ts';
import { createEnrolment, createWallCodes, type Enrol, type WallCodes } from './wall-codes.ts';
import { startWallPresence, type WallPresence } from './wall-presence.ts';
import { createWallRegister, type WallRegister } from './wall-register.ts';

/** Walls: screens in a duty room that show the community with nobody signed in. */
export interface Walls {
  codes: WallCodes;
  register: WallRegister;
  enrol: Enrol;
  pins: Pins;
  tokens: ActingTokens;
  presence: WallPresence;
}

/** Puts together what walls stand on; its presence is to be closed. */
export function openWalls(deps: {
  db: DashboardDatabase;
  guesses: GuessStore;
  settings: { sessionSecret: string };
  dispatch: Pick<DispatchClient, 'reportWalls'>;
  log: Logger;
  now: () => number;
}): Walls {
  const { db, guesses: store, dispatch, log, now } = deps;
  const guesses = { store, now };
  const codes = createWallCodes(db, deps.settings.sessionSecret, now);
  const register = createWallRegister(db, now);
  return {
    codes,
    register,
    enrol: createEnrolment(codes, guesses),
    pins: createPins(db, guesses),
    tokens: createActingTokens(db, now),
    presence: startWallPresence({ register, report: dispatch.reportWalls, log, now }),
  };
}
