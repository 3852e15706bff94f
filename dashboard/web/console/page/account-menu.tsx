import { Button } from 'antd';
import type { ParseKeys } from 'i18next';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { CommunityButtons } from '../../shared/communities/community-buttons.tsx';
import { SessionList } from '../../shared/sessions/session-list.tsx';
import { homePages } from '../../shared/sign-in/home-pages.ts';
import { DeadLetters } from '../dead-letters/dead-letters.tsx';
import { ExportForm } from '../export/export-form.tsx';
import { Walls } from '../walls/walls.tsx';
import { useConsole } from './console-context.ts';
import { PageDialog } from './page-dialog.tsx';
import { SetPinDialog } from './set-pin-dialog.tsx';
import { SideDrawer } from './side-drawer.tsx';
import { isWall, type May, useMay } from './use-may.ts';

const otherPages = {
  '/console/': undefined,
  '/responder/': 'otherPage.responder',
  '/family/': 'otherPage.family',
} as const;

interface Panel {
  name: string;
  /** On its button in the bar. */
  words: ParseKeys;
  isOffered: (of: { may: May; session: SessionView }) => boolean;
  Shown: ComponentType<{ isOpen: boolean; onClose: () => void }>;
}

/** A panel whose content stands in a drawer beside the page. */
function inDrawer(title: ParseKeys, Content: ComponentType, width?: string): Panel['Shown'] {
  return function DrawerOf(props) {
    const { t } = useTranslation();
    return (
      <SideDrawer {...props} title={t(title)} {...(width && { width })}>
        <Content />
      </SideDrawer>
    );
  };
}

/** What opens from the bar, in its order. */
const panels: readonly Panel[] = [
  {
    name: 'community',
    words: 'communities.change',
    isOffered: ({ session }) => session.communities !== undefined,
    Shown: CommunityDialog,
  },
  {
    name: 'walls',
    words: 'walls.heading',
    isOffered: ({ may }) => may.seeWalls,
    Shown: inDrawer('walls.heading', Walls),
  },
  {
    name: 'export',
    words: 'export.button',
    isOffered: ({ may }) => may.export,
    Shown: inDrawer('export.heading', ExportForm),
  },
  {
    name: 'dead-letters',
    words: 'deadLetters.heading',
    isOffered: ({ may }) => may.seeDeadLetters,
    Shown: inDrawer('deadLetters.heading', DeadLetters, '48rem'),
  },
  { name: 'pin', words: 'pin.button', isOffered: () => true, Shown: SetPinDialog },
  {
    name: 'sessions',
    words: 'sessions.heading',
    isOffered: () => true,
    Shown: inDrawer('sessions.heading', SessionList, '32rem'),
  },
];

/** Whose page it is, and what they may do about it. */
export function AccountMenu() {
  const { session } = useConsole();
  return isWall(session) ? <OfWall /> : <OfPerson />;
}

function OfPerson() {
  const { t } = useTranslation();
  const { session, signOut } = useConsole();
  const may = useMay();
  const [open, setOpen] = useState<string>();
  const offered = panels.filter(({ isOffered }) => isOffered({ may, session }));
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
      {offered.map(({ name, words }) => (
        <button
          key={name}
          type="button"
          className="plain-button"
          data-testid={`open-${name}`}
          onClick={() => setOpen(name)}
        >
          {t(words)}
        </button>
      ))}
      <span className="top-bar__person">
        <bdi>{session.person.name}</bdi>
      </span>
      <button type="button" className="plain-button" onClick={signOut}>
        {t('signOut')}
      </button>
      {offered.map(({ name, Shown }) => (
        <Shown key={name} isOpen={open === name} onClose={() => setOpen(undefined)} />
      ))}
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

/** The account's communities, one to go on in; the console goes on behind it until one is chosen. */
function CommunityDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { session, choose } = useConsole();
  const { communities, community } = session;
  return (
    <PageDialog isOpen={isOpen} onClose={onClose} title={t('communities.change')}>
      <div className="open-incident">
        <p>{t('communities.changeHint')}</p>
        <CommunityButtons
          communities={communities ?? []}
          marked={{ id: community.id, words: t('communities.here') }}
          onChoose={async (id) => {
            if (id !== community.id) await choose(id);
            onClose();
          }}
        />
        <div className="open-incident__acts">
          <Button size="large" onClick={onClose}>
            {t('communities.stay')}
          </Button>
        </div>
      </div>
    </PageDialog>
  );
}
