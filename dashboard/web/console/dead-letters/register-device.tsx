import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterDetail, RegisterDevice, ReplayedMany } from '#contracts/dead-letters.ts';
import { type DeviceClass, deviceClassNames } from '#contracts/facts/device-classes.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { PlaceInput } from '../incidents/place-input.tsx';
import { type DeskPlace, searchablePlaces } from '../incidents/place-search.ts';
import { deadLettersApi } from './dead-letters-api.ts';
import { ReplayedWords, ReplayMany } from './replay-many.tsx';

type Register = NonNullable<DeadLetterDetail['register']>;

/** Offers to register the device that nobody knew, then to replay what it sent. */
export function Registering({ detail: { deadLetter, register } }: { detail: DeadLetterDetail }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<'none' | 'asked' | 'done'>('none');
  const [replayed, setReplayed] = useState<ReplayedMany>();
  const { gateway, reason, address } = deadLetter;
  if (step === 'done') {
    return (
      <section>
        <p role="status">{t('deadLetters.register.done')}</p>
        <ReplayMany
          of={{ gateway, reason, ...(address && { address }) }}
          words={t('deadLetters.register.replay', { n: register?.deadLetters ?? 1 })}
          isFocused
          onDone={setReplayed}
        />
        <ReplayedWords done={replayed} />
      </section>
    );
  }
  if (!register) return null;
  return (
    <section>
      {step === 'none' ? (
        <Button type="primary" onClick={() => setStep('asked')}>
          {t('deadLetters.register.open')}
        </Button>
      ) : (
        <RegisterForm
          id={deadLetter.id}
          register={register}
          onDone={() => setStep('done')}
          onCancel={() => setStep('none')}
        />
      )}
    </section>
  );
}

interface RegisterFormProps {
  id: number;
  register: Register;
  onDone: () => void;
  onCancel: () => void;
}

function RegisterForm({ id: deadLetter, register, onDone, onCancel }: RegisterFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const { data: places } = useQuery({ queryKey: ['places'], queryFn: api.places });
  const searchable = useMemo(() => (places ? searchablePlaces(places) : []), [places]);
  const [address, setAddress] = useState(register.addresses[0] ?? '');
  const [name, setName] = useState('');
  const [deviceClass, setClass] = useState<DeviceClass | ''>(register.class ?? '');
  const [place, setPlace] = useState<DeskPlace>();
  const [wasTried, setTried] = useState(false);
  const send = useMutation({
    mutationFn: (device: RegisterDevice) => deadLettersApi.register(deadLetter, device),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['devices'] });
      onDone();
    },
  });
  const isUnknownPlace = place !== undefined && !place.building && !place.unit && !place.dwelling;
  const fault = !deviceClass ? 'class' : !name.trim() ? 'name' : isUnknownPlace ? 'place' : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault || !deviceClass || send.isPending) return;
    const { label: _label, ...found } = place ?? { label: '' };
    send.mutate({ address, class: deviceClass, name: name.trim(), ...(place && { place: found }) });
  };
  const isKnown = send.error instanceof RequestFailed && send.error.code === 'DASHBOARD_DEVICE_KNOWN';
  return (
    <form className="open-incident" data-testid="register-device" onSubmit={submit} noValidate>
      <h3>{t('deadLetters.register.heading')}</h3>
      <label htmlFor={`${id}-address`}>{t('deadLetters.address')}</label>
      <select
        id={`${id}-address`}
        className="select"
        // biome-ignore lint/a11y/noAutofocus: the form was asked for, so the keyboard goes into it.
        autoFocus
        value={address}
        onChange={(event) => setAddress(event.target.value)}
      >
        {register.addresses.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <label htmlFor={`${id}-class`}>{t('deadLetters.register.class')}</label>
      <select
        id={`${id}-class`}
        className="select"
        value={deviceClass}
        onChange={(event) => setClass(event.target.value as DeviceClass | '')}
      >
        <option value="">{t('deadLetters.register.chooseClass')}</option>
        {deviceClassNames.map((one) => (
          <option key={one} value={one}>
            {t(`deviceClass.${one}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-name`}>{t('deadLetters.register.name')}</label>
      <Input
        id={`${id}-name`}
        autoComplete="off"
        maxLength={64}
        placeholder={t('deadLetters.register.nameHint')}
        aria-invalid={wasTried && !name.trim()}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <PlaceInput places={searchable} onChange={setPlace} />
      <p className="muted">{t('deadLetters.register.placeHint')}</p>
      {wasTried && fault && (
        <p role="alert" className="failure">
          {t(`deadLetters.register.fault.${fault}`)}
        </p>
      )}
      {isKnown ? (
        <p role="alert" className="failure">
          {t('deadLetters.register.known')}
        </p>
      ) : (
        <FailureWords failure={send.error} />
      )}
      <div className="open-incident__acts">
        <Button type="primary" size="large" htmlType="submit" disabled={send.isPending}>
          {t('deadLetters.register.submit')}
        </Button>
        <Button size="large" onClick={onCancel}>
          {t('deadLetters.register.cancel')}
        </Button>
      </div>
    </form>
  );
}
