import { useState } from 'react';
import type { DeadLetterFilter } from '#contracts/dead-letters.ts';
import { DeadLetterDetail } from './dead-letter-detail.tsx';
import { DeadLetterOverview } from './dead-letter-overview.tsx';

/** What could not be read of what gateways sent, for the manager: see it, replay it, register who sent it. */
export function DeadLetters() {
  const [filter, setFilter] = useState<DeadLetterFilter>({});
  const [shown, setShown] = useState<number>();
  const [last, setLast] = useState<number>();
  const show = (id: number) => {
    setShown(id);
    setLast(id);
  };
  return (
    <div className="dead-letters" data-testid="dead-letters">
      {shown === undefined ? (
        <DeadLetterOverview filter={filter} onFilter={setFilter} onShow={show} focused={last} />
      ) : (
        <DeadLetterDetail key={shown} id={shown} onBack={() => setShown(undefined)} />
      )}
    </div>
  );
}
