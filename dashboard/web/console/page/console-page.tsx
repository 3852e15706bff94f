import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { DevicesPanel } from '../devices/devices-panel.tsx';
import { GatesPanel } from '../gates/gates-panel.tsx';
import { IncidentDetailDrawer } from '../incidents/incident-detail-drawer.tsx';
import { IncidentsPanel } from '../incidents/incidents-panel.tsx';
import { OpenIncidentDialog } from '../incidents/open-incident-dialog.tsx';
import { type Resolved, UndoBar } from '../incidents/undo-bar.tsx';
import { StoreBar } from '../store/store-troubles.tsx';
import { AskWhoActs } from '../wall/ask-who-acts.tsx';
import { ShiftQuestion } from '../wall/shift-question.tsx';
import { AnnounceRegion } from './announce-region.tsx';
import { LostContext, useConsole } from './console-context.ts';
import { LostBar, useSecondsLost } from './lost-bar.tsx';
import { SoundBanner } from './sound-banner.tsx';
import { TopBar } from './top-bar.tsx';
import { isWall } from './use-may.ts';

/** The console of a signed-in person, or of a wall, where every action asks who acts. */
export function ConsolePage() {
  const { session } = useConsole();
  if (!isWall(session)) return <Console />;
  return (
    <AskWhoActs>
      <Console />
    </AskWhoActs>
  );
}

function Console() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [isOpening, setOpening] = useState(false);
  const [resolved, setResolved] = useState<Resolved>();
  const { session } = useConsole();
  const isLost = useSecondsLost() !== undefined;
  const shown = params.get('incident') ?? undefined;

  const show = (id: string | undefined) => {
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (id === undefined) next.delete('incident');
      else next.set('incident', id);
      return next;
    });
  };

  return (
    <>
      <a className="skip-link" href="#incidents">
        {t('skip')}
      </a>
      <LostBar />
      <SoundBanner />
      <TopBar />
      <StoreBar />
      {isWall(session) && <ShiftQuestion />}
      <SectionNav />
      <LostContext value={isLost}>
        <main className="console">
          <IncidentsPanel onShow={show} onCreate={() => setOpening(true)} />
          <GatesPanel />
          <DevicesPanel />
        </main>
      </LostContext>
      <AnnounceRegion />
      <IncidentDetailDrawer id={shown} onClose={() => show(undefined)} onResolved={setResolved} />
      <OpenIncidentDialog isOpen={isOpening} onClose={() => setOpening(false)} />
      {resolved && (
        <UndoBar
          key={`${resolved.incident.id} ${resolved.incident.version}`}
          resolved={resolved}
          isUncovered={shown === undefined}
          onGone={() => setResolved(undefined)}
        />
      )}
    </>
  );
}

const sections = [
  { id: 'incidents', words: 'incidents.heading' },
  { id: 'gates', words: 'gates.heading' },
  { id: 'devices', words: 'devices.heading' },
] as const;

/** Leads to the parts of the page where they are stacked, on a phone. */
function SectionNav() {
  const { t } = useTranslation();
  return (
    <nav className="section-nav">
      {sections.map(({ id, words }) => (
        <a key={id} href={`#${id}`}>
          {t(words)}
        </a>
      ))}
    </nav>
  );
}
