import type { SameKeys } from '../../shared/locales/same-keys.ts';
import type { familyZhCN } from './zh-CN.ts';

/** Words of the family page in English. */
export const familyEn: SameKeys<typeof familyZhCN> = {
  title: 'Shouwang · Family',
  family: {
    signInHeading: 'How are they at home?',
    signInHint: 'The property office gave you the account and the password. If you forgot it, call them.',
    wrongPage: 'This page is for the families of elders; your account follows nobody.',
    toOwnPage: 'Open my page',
    textSize: { large: 'Large text', normal: 'Small text' },
    lost: 'No connection for {{seconds}} s',
    lostAdvice: 'What is below may not be the present. If it is urgent, call by phone.',
    chooser: 'Whom do you want to see?',
    others: 'See somebody else',
    none: 'You do not follow anybody yet',
    noneAdvice: 'It takes the consent of the elder. Please ask the property office.',
    loading: 'Loading…',
    failed: 'It cannot be read now',
    away: 'The platform cannot be reached. Please wait, or call by phone.',
    notShared: 'The elder shares nothing with you, or has withdrawn it.',
    retry: 'Try again',
    readAt: 'As read at {{time}}',
    today: 'Today',
    state: {
      new: 'The duty desk has been told: {{kind}}',
      acknowledged: 'Being handled: {{kind}}',
      resolved: 'Over: {{kind}}',
    },
    late: 'This alarm is of {{time}} and has only now been received',
    drill: 'This is a drill, it is not real',
    stillHolds: 'The device is still in alarm; the duty desk will look again',
    outcome: {
      real: 'Outcome: it was real and has been handled',
      false: 'Outcome: a false alarm',
      test: 'Outcome: a test',
      drill: 'Outcome: a drill',
    },
    accesses: 'Who looked at the notes about the elder meanwhile',
    called: {
      button: 'I have called',
      sending: 'Telling the guard…',
      noted: 'Noted; the guard can see it.',
      held: 'Noted; nobody further is told for 15 minutes.',
      left: '{{left}} left',
    },
    visit: {
      button: 'Ask for a visit',
      ask: 'Shall the property office send somebody to look?',
      confirm: 'Yes, please send somebody',
      cancel: 'Not now',
      sending: 'Asking…',
      asked: 'Asked. The guard will send somebody.',
    },
    desk: 'Call the property office {{number}}',
    shares: {
      line: 'Shared with you: {{classes}}. The elder decides, and may withdraw it at any time.',
      nothing: 'Nothing is shared with you now. The elder decides, and may change it at any time.',
      classes: { alarms: 'alarms', activity: 'getting up, steps and the watch', vitals: 'heart rate' },
    },
    notSent: 'It was not sent. Press again, or call by phone.',
  },
};
