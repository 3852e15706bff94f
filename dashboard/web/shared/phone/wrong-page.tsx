import { useTranslation } from 'react-i18next';
import type { ViewerRole } from '#contracts/roles.ts';
import { homePages } from '../sign-in/home-pages.ts';

/** What somebody sees who signed in where their roles open nothing, with the way to their own page. */
export function WrongPage(props: {
  roles: readonly ViewerRole[];
  words: string;
  linkWords: string;
  signOut: () => void;
}) {
  const { t } = useTranslation();
  const [own] = homePages(props.roles);
  return (
    <main className="phone phone--narrow">
      <h1>{t('product')}</h1>
      <p role="status">{props.words}</p>
      {own && (
        <a className="big-button big-button--main" href={own}>
          {props.linkWords}
        </a>
      )}
      <button type="button" className="big-button" onClick={props.signOut}>
        {t('signOut')}
      </button>
    </main>
  );
}
