import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SessionList } from './session-list.tsx';

/** On a phone: the list of sessions behind a button, read when it is opened. */
export function SessionFold() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('sessions.heading')}
      </button>
      {isOpen && <SessionList />}
    </>
  );
}
