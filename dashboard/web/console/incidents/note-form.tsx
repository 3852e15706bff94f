import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';

/** Adds a note to the timeline; what was written stays until it was taken. */
export function NoteForm({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const add = useAction<{ text: string }, ActionDone>(
    (body) => api.addNote(incident.id, body),
    () => setText(''),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() && !add.isPending) add.mutate({ text: text.trim() });
  };
  return (
    <section aria-label={t('detail.note')}>
      <form className="inline-form" onSubmit={submit}>
        <label htmlFor={id}>{t('detail.noteLabel')}</label>
        <Input.TextArea
          id={id}
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button htmlType="submit" disabled={!text.trim() || add.isPending}>
          {t('detail.addNote')}
        </Button>
        <FailureWords failure={add.error} />
      </form>
    </section>
  );
}
