import { type FormEvent, useEffect, useState } from 'react';
import { RequestFailed } from '../rest/request.ts';
import type { Session } from './use-session.ts';

/** How a form by which somebody proves who they are is sent, and how far that came. */
export interface Submission {
  submit: (event: FormEvent<HTMLFormElement>) => void;
  isSending: boolean;
  /** Nothing is sent now: it is on its way, or too many tries ask to wait. */
  isBlocked: boolean;
  waitSeconds: number;
  /** What was missing, or why it was refused. */
  failure: unknown;
}

/** @param send Sends what the form holds, or says what is missing. After success the form is gone. */
export function useSubmit(send: (form: HTMLFormElement) => Promise<void> | string): Submission {
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const waitSeconds = useWaitSeconds(failure);
  const isBlocked = isSending || waitSeconds > 0;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBlocked) return;
    const sent = send(event.currentTarget);
    if (typeof sent === 'string') return setFailure(sent);
    setSending(true);
    setFailure(undefined);
    sent.catch((error: unknown) => {
      setFailure(error);
      setSending(false);
    });
  };
  return { submit, isSending, isBlocked, waitSeconds, failure };
}

/** A form with the fields `login` and `password`; what a browser filled in by itself counts as typed. */
export function useSignInForm(signIn: Session['signIn']): Submission {
  return useSubmit((form) => {
    const fields = new FormData(form);
    const login = String(fields.get('login') ?? '').trim();
    const password = String(fields.get('password') ?? '');
    return login && password ? signIn({ login, password }) : 'empty';
  });
}

/** Waited after a refusal that does not say how long, in s. */
const unsaidSeconds = 30;

/** Seconds still to wait after a refusal for too many tries, counting down. */
export function useWaitSeconds(failure: unknown): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const isTooMany = failure instanceof RequestFailed && failure.status === 429;
    setSeconds(isTooMany ? (failure.retryAfterSeconds ?? unsaidSeconds) : 0);
    if (!isTooMany) return;
    const timer = setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000);
    return () => clearInterval(timer);
  }, [failure]);
  return seconds;
}
