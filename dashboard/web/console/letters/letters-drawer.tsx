import { Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter } from '#contracts/dead-letters.ts';
import { useMedia } from '../../shared/style/colours.ts';
import { LetterDetail } from './letter-detail.tsx';
import { LetterOverview } from './letter-overview.tsx';

/** What could not be read of what gateways sent, for the manager: see it, replay it, register who sent it. */
export function LettersDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const isPhone = useMedia('(max-width: 700px)');
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size={isPhone ? '100%' : 'min(48rem, 92vw)'}
      title={t('letters.heading')}
      closeIcon={<span className="drawer-close">✕ {t('detail.close')}</span>}
      destroyOnHidden
      className="detail-drawer"
    >
      <Letters />
    </Drawer>
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
