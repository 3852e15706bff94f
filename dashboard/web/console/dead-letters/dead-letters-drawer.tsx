import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter } from '#contracts/dead-letters.ts';
import { SideDrawer } from '../page/side-drawer.tsx';
import { LetterDetail } from './letter-detail.tsx';
import { LetterOverview } from './letter-overview.tsx';

/** What could not be read of what gateways sent, for the manager: see it, replay it, register who sent it. */
export function LettersDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SideDrawer isOpen={isOpen} onClose={onClose} title={t('letters.heading')} width="48rem">
      <Letters />
    </SideDrawer>
  );
}

function Letters() {
  const [filter, setFilter] = useState<DeadLetterFilter>({});
  const [shown, setShown] = useState<number>();
  const [last, setLast] = useState<number>();
  const show = (id: number) => {
    setShown(id);
    setLast(id);
  };
  return (
    <div className="letters" data-testid="letters">
      {shown === undefined ? (
        <LetterOverview filter={filter} onFilter={setFilter} onShow={show} focused={last} />
      ) : (
        <LetterDetail key={shown} id={shown} onBack={() => setShown(undefined)} />
      )}
    </div>
  );
}
