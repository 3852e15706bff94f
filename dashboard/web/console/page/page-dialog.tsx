import { Modal } from 'antd';
import type { ReactNode } from 'react';

interface PageDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  width?: string;
  children: ReactNode;
}

/** A dialog over the page, whose own buttons answer it; Escape and a press beside it close it. */
export function PageDialog({ isOpen, onClose, title, width = '30rem', children }: PageDialogProps) {
  return (
    <Modal
      open={isOpen}
      onCancel={onClose}
      title={title}
      footer={null}
      destroyOnHidden
      width={width}
      closable={false}
    >
      {children}
    </Modal>
  );
}
