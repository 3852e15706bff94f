import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { LanguageSwitch } from '../../shared/locales/language-switch.tsx';
import { type ColourChoice, colourChoices, useColours } from '../../shared/style/colours.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { incidentLists } from '../incidents/incident-order.ts';
import { AccountMenu } from './account-menu.tsx';
import { useConsole, useLiveState, useNow } from './console-context.ts';
import { useIsConnected, useSecondsLost } from './lost-bar.tsx';
import { useSoundStatus } from './sound-banner.tsx';

/** Where, when, whether live and heard, how much waits, and whose page it is. */
export function TopBar() {
  const { t } = useTranslation();
  const { community } = useConsole().session;
  const unacknowledged = useLiveState((state) => incidentLists(state).unacknowledged);
  return (
    <header className="top-bar">
      <h1 className="top-bar__title">
        {t('product')}{' '}
        <span className="top-bar__community">
          {currentLanguage() === 'en' ? community.nameEn : community.nameZh}
        </span>
      </h1>
      <p className={`top-bar__waiting ${unacknowledged > 0 ? 'top-bar__waiting--some' : ''}`}>
        {unacknowledged > 0
          ? t('incidents.unacknowledged', { n: unacknowledged })
          : t('incidents.noneUnacknowledged')}
      </p>
      <LinkBadge />
      <SoundBadge />
      <Clock />
      <div className="top-bar__choices">
        <ColourSelect />
        <LanguageSwitch />
        <AccountMenu />
      </div>
    </header>
  );
}

function Clock() {
  const time = useTimeOfDay();
  return <p className="top-bar__clock">{time(useNow(), 'seconds')}</p>;
}

function LinkBadge() {
  const { t } = useTranslation();
  const { link } = useConsole();
  const isConnected = useIsConnected(link);
  const seconds = useSecondsLost();
  const isFollowing = useLiveState((state) => state.phase === 'following');
  if (seconds !== undefined) return <p className="badge badge--lost">{t('link.lost', { seconds })}</p>;
  const isLive = isConnected && isFollowing;
  return (
    <p className={`badge ${isLive ? 'badge--live' : 'badge--waiting'}`} data-testid="link-state">
      {t(isLive ? 'link.live' : 'link.connecting')}
    </p>
  );
}

function SoundBadge() {
  const { t } = useTranslation();
  const status = useSoundStatus();
  if (status === 'blocked') return null;
  const isSounding = status === 'sounding';
  return (
    <p className={`badge ${isSounding ? 'badge--sounding' : 'badge--live'}`}>
      {t(isSounding ? 'sound.sounding' : 'sound.on')}
    </p>
  );
}

function ColourSelect() {
  const { t } = useTranslation();
  const { choice, choose } = useColours();
  return (
    <select
      className="select"
      aria-label={t('theme.label')}
      value={choice}
      onChange={(event) => choose(event.target.value as ColourChoice)}
    >
      {colourChoices.map((one) => (
        <option key={one} value={one}>
          {t(`theme.${one}`)}
        </option>
      ))}
    </select>
  );
}
