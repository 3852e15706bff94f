import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { LanguageSwitch } from '../locales/language-switch.tsx';
import { CommunityButtons } from './community-buttons.tsx';

interface ChooseCommunityProps {
  session: SessionView;
  choose: (community: string) => Promise<void>;
  signOut: () => void;
  /** Of the frame around: the console's and the phones' differ. */
  className: string;
  headerClassName: string;
}

/** What comes after signing in where the account is somebody in several communities. */
export function ChooseCommunity(props: ChooseCommunityProps) {
  const { session, choose, signOut, className, headerClassName } = props;
  const { t } = useTranslation();
  const { communities = [] } = session;
  return (
    <main className={className}>
      <header className={headerClassName}>
        <p className="communities__product">{t('product')}</p>
        <LanguageSwitch />
      </header>
      <h1>{t('communities.heading')}</h1>
      <CommunityButtons
        communities={communities}
        marked={{ id: communities.find(({ isLast }) => isLast)?.id, words: t('communities.last') }}
        onChoose={choose}
        takesFocus
      />
      <p className="muted">{t('communities.hint')}</p>
      <button type="button" className="plain-button" onClick={signOut}>
        {t('signOut')}
      </button>
    </main>
  );
}
