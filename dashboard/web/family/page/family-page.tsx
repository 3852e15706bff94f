import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { CommunityFold } from '../../shared/communities/community-fold.tsx';
import { LanguageSwitch } from '../../shared/locales/language-switch.tsx';
import { LostBar } from '../../shared/phone/lost-bar.tsx';
import { api } from '../../shared/rest/api.ts';
import { SessionFold } from '../../shared/sessions/session-list.tsx';
import { chooseElder, ElderChooser, useChosenElder } from '../elder/elder-chooser.tsx';
import { ElderPage } from '../elder/elder-page.tsx';
import { ReadFailure } from '../elder/read-failure.tsx';
import { useFresh } from '../elder/use-fresh.ts';
import { useFamily } from './family-context.ts';

/** One elder; of several, the one chosen. */
export function FamilyPage() {
  const { t } = useTranslation();
  const { link, monotonicNow, session, choose, signOut } = useFamily();
  const list = useFresh(api.elders);
  const chosen = useChosenElder();
  const elders = list.value?.elders ?? [];
  const shown = elders.find(({ id }) => id === chosen) ?? (elders.length === 1 ? elders[0] : undefined);

  return (
    <>
      <LostBar
        link={link}
        now={monotonicNow}
        lostFor={(seconds) => t('family.lost', { seconds })}
        advice={t('family.lostAdvice')}
      />
      <main className="phone family">
        <header className="phone__header">
          <p className="phone__product">{t('product')}</p>
          <div className="choices">
            <TextSizeSwitch />
            <LanguageSwitch />
          </div>
        </header>
        {shown && <ElderPage key={shown.id} id={shown.id} />}
        {!shown && list.failure && <ReadFailure failure={list.failure} again={list.again} isAll />}
        {!shown && !list.value && !list.failure && <h1>{t('family.loading')}</h1>}
        {!shown && list.value && <ElderChooser elders={elders} />}
        <footer className="family__foot">
          {shown && elders.length > 1 && (
            <button type="button" className="big-button" onClick={() => chooseElder(undefined)}>
              {t('family.others')}
            </button>
          )}
          <CommunityFold session={session} choose={choose} />
          <SessionFold />
          <button type="button" className="plain-button" onClick={signOut}>
            {t('signOut')}
          </button>
        </footer>
      </main>
    </>
  );
}

function TextSizeSwitch() {
  const { t } = useTranslation();
  const { textSize } = useFamily();
  const size = useSyncExternalStore(textSize.subscribe, textSize.get);
  const other = size === 'large' ? 'normal' : 'large';
  return (
    <button type="button" className="plain-button" onClick={() => textSize.choose(other)}>
      {t(`family.textSize.${other}`)}
    </button>
  );
}
