import { type FormEvent, useState } from 'react';
import { useWaitSeconds } from './use-wait-seconds.ts';

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
