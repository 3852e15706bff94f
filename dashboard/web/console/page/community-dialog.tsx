import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { CommunityButtons } from '../../shared/communities/community-buttons.tsx';
import { useConsole } from './console-context.ts';
import { PageDialog } from './page-dialog.tsx';

/** The account's communities, one to go on in; the console goes on behind it until one is chosen. */
export function CommunityDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { session, choose } = useConsole();
  const { communities, community } = session;
  return (
    <PageDialog isOpen={isOpen} onClose={onClose} title={t('communities.change')}>
      <div className="open-incident">
        <p>{t('communities.changeHint')}</p>
        <CommunityButtons
          communities={communities ?? []}
          marked={{ id: community.id, words: t('communities.here') }}
          onChoose={async (id) => {
            if (id !== community.id) await choose(id);
            onClose();
          }}
        />
        <div className="open-incident__acts">
          <Button size="large" onClick={onClose}>
            {t('communities.stay')}
          </Button>
        </div>
      </div>
    </PageDialog>
  );
}
