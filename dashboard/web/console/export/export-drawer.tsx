import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMedia } from '../../shared/style/colours.ts';
import { ExportForm } from './export-form.tsx';

/** What a manager takes out for inspections and audits. */
export function ExportDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const isPhone = useMedia('(max-width: 700px)');
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size={isPhone ? '100%' : 'min(40rem, 92vw)'}
      title={t('export.heading')}
      closeIcon={<span className="drawer-close">✕ {t('detail.close')}</span>}
      destroyOnHidden
      className="detail-drawer"
    >
      <ExportForm />
    </Drawer>
  );
}
