import { useTranslation } from 'react-i18next';
import { SessionList } from '../../shared/sessions/session-list.tsx';
import { SideDrawer } from './side-drawer.tsx';

/** Where the person is signed in. */
export function SessionsDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SideDrawer isOpen={isOpen} onClose={onClose} title={t('sessions.heading')} width="32rem">
      <SessionList />
    </SideDrawer>
  );
}
