import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WallCode } from '#contracts/wall.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useElapsedWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';

/** Makes a code for a new wall and shows it, big enough to be read across the room, while it holds. */
export function WallCodeForm() {
  const { t } = useTranslation();
  const id = useId();
  const [name, setName] = useState('');
  const [wasTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [made, setMade] = useState<WallCode>();
  const [failure, setFailure] = useState<Error>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || isSending) return;
    setSending(true);
    setFailure(undefined);
    api
      .wallCode({ name: name.trim() })
      .then((code) => {
        setMade(code);
        setName('');
        setTried(false);
      }, setFailure)
      .finally(() => setSending(false));
  };
  return (
    <section className="walls__new" aria-labelledby={`${id}-heading`}>
      <h3 id={`${id}-heading`}>{t('walls.new')}</h3>
      <form className="inline-form" onSubmit={submit} noValidate>
        <label htmlFor={`${id}-name`}>{t('walls.name')}</label>
        <Input
          id={`${id}-name`}
          autoComplete="off"
          maxLength={32}
          placeholder={t('walls.nameHint')}
          aria-invalid={wasTried && !name.trim()}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="primary" htmlType="submit" disabled={isSending}>
          {t('walls.makeCode')}
        </Button>
        {wasTried && !name.trim() && (
          <p role="alert" className="failure">
            {t('walls.nameMissing')}
          </p>
        )}
        <FailureWords failure={failure} />
      </form>
      {made && <ShownCode made={made} />}
    </section>
  );
}

function ShownCode({ made }: { made: WallCode }) {
  const { t } = useTranslation();
  const elapsed = useElapsedWords();
  const left = made.expiresAt - useNow();
  if (left <= 0) return <p role="status">{t('walls.expired')}</p>;
  return (
    <div className="walls__code">
      <p className="walls__digits" data-testid="wall-code" data-code={made.code}>
        {made.code.slice(0, 4)} {made.code.slice(4)}
      </p>
      <p>{t('walls.left', { span: elapsed(left) })}</p>
      <p className="muted">{t('walls.how')}</p>
    </div>
  );
}
