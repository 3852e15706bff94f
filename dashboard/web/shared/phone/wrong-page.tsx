import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { CommunityFold } from '../communities/community-fold.tsx';
import { homePages } from '../sign-in/home-pages.ts';

/** What somebody sees who signed in where their roles open nothing, with the way to their own page. */
export function WrongPage(props: {
  session: SessionView;
  choose: (community: string) => Promise<void>;
  words: string;
  linkWords: string;
  signOut: () => void;
}) {
  const { t } = useTranslation();
  const [own] = homePages(props.session.roles);
  return (
    <main className="phone phone--narrow">
      <h1>{t('product')}</h1>
      <p role="status">{props.words}</p>
      {own && (
        <a className="big-button big-button--main" href={own}>
          {props.linkWords}
        </a>
      )}
      <CommunityFold session={props.session} choose={props.choose} />
      <button type="button" className="big-button" onClick={props.signOut}>
        {t('signOut')}
      </button>
    </main>
  );
}
