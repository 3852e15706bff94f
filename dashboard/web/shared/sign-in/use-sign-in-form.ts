import type { Session } from './use-session.ts';
import { type Submission, useSubmit } from './use-submit.ts';

/** A form with the fields `login` and `password`; what a browser filled in by itself counts as typed. */
export function useSignInForm(signIn: Session['signIn']): Submission {
  return useSubmit((form) => {
    const fields = new FormData(form);
    const login = String(fields.get('login') ?? '').trim();
    const password = String(fields.get('password') ?? '');
    return login && password ? signIn({ login, password }) : 'empty';
  });
}
