import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { CommunityButtons } from './community-buttons.tsx';

/** On a phone: the account's communities behind a button, while the page around goes on; nothing where there is one. */
export function CommunityFold(props: { session: SessionView; choose: (community: string) => Promise<void> }) {
  const { communities, community } = props.session;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (!communities) return null;
  return (
    <>
      <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('communities.change')}
      </button>
      {isOpen && (
        <section className="communities-fold">
          <p>{t('communities.changeHint')}</p>
          <CommunityButtons
            communities={communities}
            marked={{ id: community.id, words: t('communities.here') }}
            onChoose={async (id) => {
              if (id !== community.id) await props.choose(id);
              setOpen(false);
            }}
          />
        </section>
      )}
    </>
  );
}
