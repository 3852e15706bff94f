import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestFailed } from '../../shared/rest/request.ts';
import { SignInFailure } from '../../shared/sign-in/sign-in-failure.tsx';
import type { Session } from '../../shared/sign-in/use-session.ts';
import { useSubmit } from '../../shared/sign-in/use-submit.ts';

/** Digits of a code. */
const codeLength = 8;

/** Makes a wall of this screen by the code a manager was given. */
export function EnrolForm({ enrol }: { enrol: Session['enrolWall'] }) {
  const { t } = useTranslation();
  const id = useId();
  const [code, setCode] = useState('');
  const { submit, isSending, isBlocked, waitSeconds, failure } = useSubmit(() =>
    code.length === codeLength ? enrol({ code }) : 'short',
  );

  return (
    <form className="sign-in__form" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-code`}>{t('enrol.code')}</label>
      <Input
        id={`${id}-code`}
        className="enrol__code"
        size="large"
        inputMode="numeric"
        autoComplete="one-time-code"
        aria-describedby={`${id}-hint`}
        aria-invalid={failure === 'short'}
        value={code}
        // A code is read out in groups and typed with spaces.
        onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, codeLength))}
      />
      <p className="muted" id={`${id}-hint`}>
        {t('enrol.hint')}
      </p>
      <p role="alert" className="failure">
        <EnrolFailure failure={failure} waitSeconds={waitSeconds} />
      </p>
      <Button type="primary" htmlType="submit" size="large" block disabled={isBlocked}>
        {t(isSending ? 'enrol.submitting' : 'enrol.submit')}
      </Button>
      <p className="muted">{t('desk.soundHint')}</p>
    </form>
  );
}

function EnrolFailure({ failure, waitSeconds }: { failure: unknown; waitSeconds: number }) {
  const { t } = useTranslation();
  if (failure === 'short') return t('enrol.short');
  if (failure instanceof RequestFailed && failure.status === 401) return t('enrol.wrong');
  return <SignInFailure failure={failure} waitSeconds={waitSeconds} />;
}
