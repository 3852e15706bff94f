import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useLightAction } from '../../shared/rest/use-light-action.ts';

const phrases = ['safe', 'firstAid', 'falseAlarm', 'moreHands'] as const;
/** As the contract's `AddNote` has it. */
const maxNoteLength = 500;

/** Says how things are: big phrases for one press, or a sentence. */
export function Report({ incident }: { incident: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const [sent, setSent] = useState('');
  const note = useLightAction<{ text: string }, ActionDone>(
    (body) => api.addNote(incident, body),
    (_done, body) => {
      setSent(body.text);
      setText((before) => (before.trim() === body.text ? '' : before));
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) note.act({ text: text.trim() });
  };
  return (
    <section className="panel" data-testid="report">
      <h3>{t('responder.report.heading')}</h3>
      <div className="phrases">
        {phrases.map((phrase) => {
          const words = t(`responder.report.phrases.${phrase}`);
          return (
            <button
              key={phrase}
              type="button"
              className="big-button"
              disabled={note.isSending}
              onClick={() => note.act({ text: words })}
            >
              {words}
            </button>
          );
        })}
      </div>
      <form className="phone__form" onSubmit={submit}>
        <label htmlFor={id}>{t('responder.report.label')}</label>
        <textarea
          id={id}
          rows={2}
          maxLength={maxNoteLength}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="big-button" disabled={note.isSending || !text.trim()}>
          {t('responder.report.send')}
        </button>
      </form>
      <p role="status">{sent && <bdi>{t('responder.report.sent', { text: sent })}</bdi>}</p>
      <FailureWords failure={note.failure} />
    </section>
  );
}
