import { Drawer } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMedia } from '../../shared/style/colours.ts';

interface SideDrawerProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Of a laptop's screen; a phone gives all of it. */
  width?: string;
  children: ReactNode;
}

/** A page of its own over the console: an incident, or what the manager looks after. */
export function SideDrawer({ isOpen, onClose, title, width = '40rem', children }: SideDrawerProps) {
  const { t } = useTranslation();
  const isPhone = useMedia('(max-width: 700px)');
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size={isPhone ? '100%' : `min(${width}, 92vw)`}
      title={title}
      closeIcon={<span className="drawer-close">✕ {t('detail.close')}</span>}
      destroyOnHidden
      className="detail-drawer"
    >
      {children}
    </Drawer>
  );
}
