import { Button, Input, Modal } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandIssued } from '#contracts/dispatch-api.ts';
import type { CommandRequest, DeviceView } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useAct } from '../../shared/rest/use-act.ts';

const choices = ['delivery', 'visitor', 'firstAid', 'other'] as const;
/** Shortest reason the platform takes, in characters. */
const minReason = 3;
/** Longest addition, in characters: with the words of the choice it stays under the platform's 200. */
const maxNote = 160;

/** Asks why a door is to be opened, and has it opened; open while `gate` is given. */
export function OpenDoorDialog({ gate, onClose }: { gate: DeviceView | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={gate !== undefined}
      onCancel={onClose}
      title={gate && t('command.title', { name: gate.place })}
      footer={null}
      destroyOnHidden
      width="28rem"
      closable={false}
    >
      {gate && <OpenDoorForm gate={gate} onClose={onClose} />}
    </Modal>
  );
}

function OpenDoorForm({ gate, onClose }: { gate: DeviceView; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [choice, setChoice] = useState<(typeof choices)[number]>('visitor');
  const [note, setNote] = useState('');
  const [wasTried, setTried] = useState(false);
  const open = useAct<Omit<CommandRequest, 'request'>, CommandIssued>(api.command, onClose);
  const isTooShort = choice === 'other' && note.trim().length < minReason;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isTooShort || open.isPending) return;
    const words = t(`command.choice.${choice}`);
    open.mutate({
      device: gate.id,
      action: 'open-door',
      reason: note.trim() ? `${words}：${note.trim()}` : t('command.choiceAlone', { choice: words }),
    });
  };

  return (
    <form className="open-incident" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-why`}>{t('command.why')}</label>
      <select
        id={`${id}-why`}
        className="select"
        value={choice}
        onChange={(event) => setChoice(event.target.value as (typeof choices)[number])}
      >
        {choices.map((one) => (
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
      <CommandFailure failure={open.error} />
      <div className="open-incident__acts">
        <Button type="primary" size="large" htmlType="submit" disabled={open.isPending}>
          {t('command.submit')}
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
