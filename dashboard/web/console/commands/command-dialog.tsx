import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandIssued } from '#contracts/dispatch-api.ts';
import type { DeviceAction } from '#contracts/facts/device-classes.ts';
import type { CommandRequest, DeviceView } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useAction } from '../../shared/rest/use-action.ts';
import { PageDialog } from '../page/page-dialog.tsx';
import { reasonsOf } from './device-actions.ts';

type Reason = (typeof reasonsOf)[DeviceAction][number];

/** Shortest reason the platform takes, in characters. */
const minReason = 3;
/** Longest addition, in characters: with the words of the choice it stays under the platform's 200. */
const maxNote = 160;

/** An action that somebody is about to ask of a device. */
export interface AskedCommand {
  device: DeviceView;
  action: DeviceAction;
}

/** Asks why, and has it done; open while `asked` is given. */
export function CommandDialog({ asked, onClose }: { asked: AskedCommand | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <PageDialog
      isOpen={asked !== undefined}
      onClose={onClose}
      title={asked && t(`command.named.${asked.action}`, { name: asked.device.place })}
      width="28rem"
    >
      {asked && <CommandForm asked={asked} onClose={onClose} />}
    </PageDialog>
  );
}

function CommandForm({ asked, onClose }: { asked: AskedCommand; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const { device, action } = asked;
  const reasons: readonly Reason[] = reasonsOf[action];
  const [choice, setChoice] = useState<Reason>(reasons[0] ?? 'other');
  const [note, setNote] = useState('');
  const [wasTried, setTried] = useState(false);
  const command = useAction<Omit<CommandRequest, 'request'>, CommandIssued>(api.command, onClose);
  const isTooShort = choice === 'other' && note.trim().length < minReason;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isTooShort || command.isPending) return;
    const words = t(`command.choice.${choice}`);
    command.mutate({
      device: device.id,
      action,
      reason: note.trim()
        ? `${words}：${note.trim()}`
        : t('command.choiceAlone', { choice: words, act: t(`command.action.${action}`) }),
    });
  };

  return (
    <form className="open-incident" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-why`}>{t('command.why')}</label>
      <select
        id={`${id}-why`}
        className="select"
        value={choice}
        onChange={(event) => setChoice(event.target.value as Reason)}
      >
        {reasons.map((one) => (
          <option key={one} value={one}>
            {t(`command.choice.${one}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-note`}>{t('command.note')}</label>
      <Input
        id={`${id}-note`}
        autoComplete="off"
        maxLength={maxNote}
        aria-invalid={wasTried && isTooShort}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {wasTried && isTooShort && (
        <p role="alert" className="failure">
          {t('command.noteMissing')}
        </p>
      )}
      <CommandFailure failure={command.error} />
      <div className="open-incident__acts">
        <Button type="primary" size="large" htmlType="submit" disabled={command.isPending}>
          {t(`command.now.${action}`)}
        </Button>
        <Button size="large" onClick={onClose}>
          {t('command.cancel')}
        </Button>
      </div>
    </form>
  );
}

function CommandFailure({ failure }: { failure: Error | null }) {
  const { t } = useTranslation();
  const code = failure instanceof RequestFailed ? failure.code : undefined;
  if (code !== 'GATEWAY_OFFLINE' && code !== 'COMMAND_WAITING') return <FailureWords failure={failure} />;
  return (
    <p role="alert" className="failure">
      {t(code === 'GATEWAY_OFFLINE' ? 'command.offline' : 'command.waiting')}
    </p>
  );
}
