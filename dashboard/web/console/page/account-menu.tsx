import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { homePages } from '../../shared/sign-in/home-pages.ts';
import { DeadLettersDrawer } from '../dead-letters/dead-letters-drawer.tsx';
import { ExportDrawer } from '../export/export-drawer.tsx';
import { WallsDrawer } from '../walls/walls-drawer.tsx';
import { CommunityDialog } from './community-dialog.tsx';
import { useConsole } from './console-context.ts';
import { PageDialog } from './page-dialog.tsx';
import { SessionsDrawer } from './sessions-drawer.tsx';
import { SetPinDialog } from './set-pin-dialog.tsx';
import { isWall, useMay } from './use-may.ts';

const otherPages = {
  '/console/': undefined,
  '/responder/': 'otherPage.responder',
  '/family/': 'otherPage.family',
} as const;

/** Whose page it is, and what they may do about it. */
export function AccountMenu() {
  const { session } = useConsole();
  return isWall(session) ? <OfWall /> : <OfPerson />;
}

function OfPerson() {
  const { t } = useTranslation();
  const { session, signOut, refreshSession } = useConsole();
  const may = useMay();
  const [open, setOpen] = useState<'walls' | 'deadLetters' | 'pin' | 'export' | 'sessions' | 'community'>();
  const close = () => setOpen(undefined);
  return (
    <>
      {homePages(session.roles).map((page) => {
        const words = otherPages[page];
        return (
          words && (
            <a key={page} className="plain-button" href={page}>
              {t(words)}
            </a>
          )
        );
      })}
      {session.communities && (
        <button
          type="button"
          className="plain-button"
          data-testid="open-community"
          onClick={() => setOpen('community')}
        >
          {t('communities.change')}
        </button>
      )}
      {may.seeWalls && (
        <button
          type="button"
          className="plain-button"
          data-testid="open-walls"
          onClick={() => setOpen('walls')}
        >
          {t('walls.heading')}
        </button>
      )}
      {may.export && (
        <button
          type="button"
          className="plain-button"
          data-testid="open-export"
          onClick={() => setOpen('export')}
        >
          {t('export.button')}
        </button>
      )}
      {may.seeDeadLetters && (
        <button
          type="button"
          className="plain-button"
          data-testid="open-dead-letters"
          onClick={() => setOpen('deadLetters')}
        >
          {t('deadLetters.heading')}
        </button>
      )}
      <button type="button" className="plain-button" data-testid="open-pin" onClick={() => setOpen('pin')}>
        {t('pin.button')}
      </button>
      <button
        type="button"
        className="plain-button"
        data-testid="open-sessions"
        onClick={() => setOpen('sessions')}
      >
        {t('sessions.heading')}
      </button>
      <span className="top-bar__person">
        <bdi>{session.person.name}</bdi>
      </span>
      <button type="button" className="plain-button" onClick={signOut}>
        {t('signOut')}
      </button>
      <ExportDrawer isOpen={open === 'export'} onClose={close} />
      <WallsDrawer isOpen={open === 'walls'} onClose={close} />
      <DeadLettersDrawer isOpen={open === 'deadLetters'} onClose={close} />
      <SessionsDrawer isOpen={open === 'sessions'} onClose={close} />
      <CommunityDialog isOpen={open === 'community'} onClose={close} />
      <SetPinDialog isOpen={open === 'pin'} hasPin={session.hasPin} onSet={refreshSession} onClose={close} />
    </>
  );
}

function OfWall() {
  const { t } = useTranslation();
  const { session, signOut } = useConsole();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <span className="top-bar__wall">
        {t('wall.label')} <bdi>{session.person.name}</bdi>
      </span>
      <button type="button" className="plain-button" onClick={() => setAsking(true)}>
        {t('wall.leave')}
      </button>
      <PageDialog isOpen={isAsking} onClose={() => setAsking(false)} title={t('wall.leaveHeading')}>
        <div className="open-incident">
          <p>{t('wall.leaveWarning')}</p>
          <div className="open-incident__acts">
            <Button size="large" type="primary" onClick={() => setAsking(false)}>
              {t('wall.stay')}
            </Button>
            <Button size="large" danger onClick={signOut}>
              {t('wall.leaveConfirm')}
            </Button>
          </div>
        </div>
      </PageDialog>
    </>
  );
}
