import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter } from '#contracts/dead-letters.ts';
import { SideDrawer } from '../page/side-drawer.tsx';
import { DeadLetterDetail } from './dead-letter-detail.tsx';
import { DeadLetterOverview } from './dead-letter-overview.tsx';

/** What could not be read of what gateways sent, for the manager: see it, replay it, register who sent it. */
export function DeadLettersDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SideDrawer isOpen={isOpen} onClose={onClose} title={t('deadLetters.heading')} width="48rem">
      <DeadLetters />
    </SideDrawer>
  );
}

function DeadLetters() {
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
