import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionList as Sessions } from '#contracts/rest.ts';
import { api } from '../rest/api.ts';
import { FailureWords } from '../rest/failure-words.tsx';
import { useTimeOfDay } from '../time/use-time-words.ts';

type Listed = Sessions['sessions'][number];

/** Where the account is signed in, each to be ended with two presses. */
export function SessionList() {
  const { t } = useTranslation();
  const [sessions, setSessions] = useState<Listed[]>();
  const [failure, setFailure] = useState<Error>();
  const read = useCallback(() => {
    api.sessions().then((list) => setSessions(list.sessions), setFailure);
  }, []);
  useEffect(read, [read]);
  const end = (ending: Promise<void>) => {
    setFailure(undefined);
    ending.catch(setFailure).finally(read);
  };
  const others = sessions?.filter(({ isThis }) => !isThis) ?? [];

  return (
    <section className="sessions" data-testid="sessions">
      <p>{t('sessions.about')}</p>
      <FailureWords failure={failure} />
      <ul className="sessions__list">
        {sessions?.map((session) => (
          <SessionLine key={session.id} session={session} onEnd={() => end(api.endSession(session.id))} />
        ))}
      </ul>
      {others.length > 1 && (
        <Confirmed
          words={t('sessions.endOthers')}
          confirm={t('sessions.confirmOthers', { n: others.length })}
          onConfirm={() => end(api.endOtherSessions())}
        />
      )}
      {sessions && others.length === 0 && <p className="muted">{t('sessions.none')}</p>}
    </section>
  );
}

function SessionLine({ session, onEnd }: { session: Listed; onEnd: () => void }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const name = t('sessions.device', {
    browser: t(`sessions.browser.${session.browser}`),
    system: t(`sessions.system.${session.system}`),
  });
  return (
    <li className="sessions__one">
      <span className="sessions__name">{name}</span>
      <span className="muted">{t('sessions.seen', { time: time(session.seenAt, 'date') })}</span>
      {session.isThis ? (
        <strong className="sessions__this">✓ {t('sessions.this')}</strong>
      ) : (
        <Confirmed words={t('sessions.end')} confirm={t('sessions.confirm')} onConfirm={onEnd} />
      )}
    </li>
  );
}

/** A button that asks once more, since what it does cannot be taken back. */
function Confirmed({ words, confirm, onConfirm }: { words: string; confirm: string; onConfirm: () => void }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" className="plain-button" onClick={() => setAsking(true)}>
        {words}
      </button>
    );
  }
  return (
    <span className="sessions__acts">
      <button
        type="button"
        className="plain-button sessions__sure"
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </button>
      <button type="button" className="plain-button" onClick={() => setAsking(false)}>
        {t('sessions.keep')}
      </button>
    </span>
  );
}

/** On a phone: the list of sessions behind a button, read when it is opened. */
export function SessionFold() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('sessions.heading')}
      </button>
      {isOpen && <SessionList />}
    </>
  );
}
