import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { LostBar } from '../../shared/phone/lost-bar.tsx';
import { useWakeLock } from '../device/use-wake-lock.ts';
import { OtherTasks } from '../tasks/other-tasks.tsx';
import { isGoing, type Task, tasksOf } from '../tasks/task.ts';
import { TaskCard } from '../tasks/task-card.tsx';
import { Announcement } from './announcement.tsx';
import { NoTask } from './no-task.tsx';
import { RemovedTasks } from './removed-tasks.tsx';
import { useLiveState, useResponder } from './responder-context.ts';
import { SoundBanner } from './sound-banner.tsx';
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
  const keepsScreen = ({ incident, standing }: Task) =>
    incident.id === chosen.id && !ringsAnew && (isGoing(standing) || !isAnswered);
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
