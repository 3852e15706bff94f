import { type ReactNode, useCallback, useRef, useState } from 'react';
import { AskWhoActsContext } from '../../shared/rest/acting.ts';
import { ActingDialog } from './acting-dialog.tsx';

/** Makes every act within ask who acts, one at a time; what was answered is forgotten with the act. */
export function AskWhoActs({ children }: { children: ReactNode }) {
  const asked = useRef<(token: string | undefined) => void>(undefined);
  const [isAsking, setAsking] = useState(false);

  const ask = useCallback(() => {
    // A second act while one waits for its answer is a slip of the finger.
    if (asked.current) return Promise.resolve(undefined);
    setAsking(true);
    return new Promise<string | undefined>((resolve) => {
      asked.current = resolve;
    });
  }, []);
  const answer = (token: string | undefined) => {
    asked.current?.(token);
    asked.current = undefined;
    setAsking(false);
  };
  return (
    <AskWhoActsContext value={ask}>
      {children}
      <ActingDialog
        isOpen={isAsking}
        onActing={({ token }) => answer(token)}
        onCancel={() => answer(undefined)}
      />
    </AskWhoActsContext>
  );
}
