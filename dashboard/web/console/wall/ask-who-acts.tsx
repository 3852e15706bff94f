import { type ReactNode, useCallback, useRef, useState } from 'react';
import { AskWhoActsContext } from '../../shared/rest/acting.ts';
import { ActingDialog, type Person } from './acting-dialog.tsx';

/**
 * Makes every action within ask who acts, one at a time; what was answered is forgotten with the action. Who is asked
 * again within the same action need not choose their name again.
 */
export function AskWhoActs({ children }: { children: ReactNode }) {
  const asked = useRef<(token: string | undefined) => void>(undefined);
  const [isAsking, setAsking] = useState(false);
  const [question, setQuestion] = useState({ number: 0, isAgain: false });
  const [answeredBy, setAnsweredBy] = useState<Person>();

  const ask = useCallback((asking: 'first' | 'again') => {
    // A second action while one waits for its answer is a slip of the finger.
    if (asked.current) return Promise.resolve(undefined);
    setQuestion(({ number }) => ({ number: number + 1, isAgain: asking === 'again' }));
    setAsking(true);
    return new Promise<string | undefined>((resolve) => {
      asked.current = resolve;
    });
  }, []);
  const answer = (token: string | undefined, person?: Person) => {
    asked.current?.(token);
    asked.current = undefined;
    setAnsweredBy(person);
    setAsking(false);
  };
  return (
    <AskWhoActsContext value={ask}>
      {children}
      <ActingDialog
        isOpen={isAsking}
        question={question.number}
        before={question.isAgain ? answeredBy : undefined}
        onActing={({ token }, person) => answer(token, person)}
        onCancel={() => answer(undefined)}
      />
    </AskWhoActsContext>
  );
}
