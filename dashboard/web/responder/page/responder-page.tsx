import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { LostBar } from '../../shared/phone/lost-bar.tsx';
import { OtherTasks } from '../tasks/other-tasks.tsx';
import { isGoing, type Task, tasksOf } from '../tasks/task.ts';
import { TaskCard } from '../tasks/task-card.tsx';
import { RemovedTasks } from './removed-tasks.tsx';
import { useLiveState, useResponder } from './responder-context.ts';
import { StateLine } from './state-line.tsx';

/** One task fills the screen, the others stand in a short list below it; so it says where there is none. */
export function ResponderPage() {
  const { t } = useTranslation();
  const { link, monotonicNow, session, answers } = useResponder();
  const incidents = useLiveState((state) => state.incidents);
  useSyncExternalStore(answers.subscribe, answers.getVersion);
  useWakeLock();
  const tasks = tasksOf(incidents.values(), session.person.id, answers.get);
  const asking = tasks
    .filter(({ asks }) => asks)
    .map(({ incident }) => `${incident.id} ${incident.attention}`);
  const [chosen, setChosen] = useState({ id: '', asking });
  // What rings anew takes the screen back from what was chosen before, and so does an answer, unless it was to go there.
  const ringsAnew = asking.some((one) => !chosen.asking.includes(one));
  const isAnswered = asking.length < chosen.asking.length;
  const keepsScreen = ({ incident, status }: Task) =>
    incident.id === chosen.id && !ringsAnew && (isGoing(status) || !isAnswered);
  const shown = tasks.find(keepsScreen) ?? tasks[0];
  const others = tasks.filter((task) => task !== shown);

  return (
    <>
      <LostBar
        link={link}
        now={monotonicNow}
        lostFor={(seconds) => t('link.lost', { seconds })}
        advice={t('responder.lostAdvice')}
      />
      <SoundBanner />
      <main className="phone">
        <h1 className="visually-hidden">{t('title')}</h1>
        <RemovedTasks />
        {shown ? (
          <TaskCard key={shown.incident.id} task={shown}>
            <OtherTasks tasks={others} onShow={(id) => setChosen({ id, asking })} />
          </TaskCard>
        ) : (
          <NoTask />
        )}
        <StateLine />
      </main>
      <Announcement tasks={tasks} />
    </>
  );
}

/** Keeps the screen on while the page is in front: a phone that sleeps hears nothing. */
function useWakeLock(): void {
  useEffect(() => {
    // Missing on plain HTTP and in older browsers.
    const wakeLock: WakeLock | undefined = navigator.wakeLock;
    if (!wakeLock) return;
    let isOver = false;
    let held: WakeLockSentinel | undefined;
    const hold = async () => {
      if (document.visibilityState !== 'visible' || (held && !held.released)) return;
      // Refused, for instance, while the battery is low: the page works without.
      held = await wakeLock.request('screen').catch(() => undefined);
      if (isOver) await held?.release();
    };
    const again = () => void hold();
    document.addEventListener('visibilitychange', again);
    again();
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', again);
      void held?.release();
    };
  }, []);
}

/** Says to a screen reader what rings, once an attention, and once more where nobody answers. */
function Announcement({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation();
  const first = tasks[0]?.asks ? tasks[0].incident : undefined;
  return (
    <div className="visually-hidden" role="alert">
      {first && (
        <p key={`${first.id} ${first.attention} ${first.unansweredSince}`}>
          {first.unansweredSince !== undefined && `${t('unanswered')} `}
          {t('responder.announce', {
            level: t(`level.${first.level}`),
            kind: t(`kind.${first.kind}`),
            place: first.place.label,
          })}
        </p>
      )}
    </div>
  );
}

/** Nothing to do; before the first snapshot nothing is known, and "no task" is not claimed. */
function NoTask() {
  const { t } = useTranslation();
  const isKnown = useLiveState(({ phase }) => phase !== 'unsynced');
  if (!isKnown) return <p className="no-task">{t('responder.waiting')}</p>;
  return (
    <section className="no-task" data-testid="no-task">
      <svg viewBox="0 0 48 48" width="72" height="72" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="var(--go)" />
        <path d="M13 25l8 8 15-17" fill="none" stroke="#fff" strokeWidth="5" strokeLinecap="round" />
      </svg>
      <h2 className="no-task__heading">{t('responder.noTask')}</h2>
      <p>{t('responder.noTaskHint')}</p>
    </section>
  );
}

/** A wide button while the browser blocks sound; there is no way to mute. */
function SoundBanner() {
  const { t } = useTranslation();
  const { sound } = useResponder();
  const status = useSyncExternalStore(sound.subscribe, sound.getStatus);
  if (status !== 'blocked') return null;
  return (
    <button type="button" className="sound-banner" data-testid="sound-banner" onClick={sound.unlock}>
      {t('sound.blocked')}
    </button>
  );
}
