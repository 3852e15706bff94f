import { createPageContext, type LastingServices, type SignedInServices } from '../../shared/page-context.ts';
import type { AlarmSound } from '../../shared/sound/alarm-sound.ts';
import type { Vibration } from '../device/vibration.ts';
import type { Answers } from '../tasks/answers.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices extends LastingServices {
  sound: AlarmSound;
  vibration: Vibration;
}

/** What the page has while a responder is signed in. */
export interface ResponderServices extends PageServices, SignedInServices {
  answers: Answers;
}

/** The responder page's services, and how its parts read them. */
export const {
  Context: ResponderContext,
  useServices: useResponder,
  useLiveState,
  useNow,
} = createPageContext<ResponderServices>();
