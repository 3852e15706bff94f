import { useTranslation } from 'react-i18next';
import { SideDrawer } from '../page/side-drawer.tsx';
import { ExportForm } from './export-form.tsx';

/** What a manager takes out for inspections and audits. */
export function ExportDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SideDrawer isOpen={isOpen} onClose={onClose} title={t('export.heading')}>
      <ExportForm />
    </SideDrawer>
  );
}
