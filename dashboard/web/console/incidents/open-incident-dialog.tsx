import { useQuery } from '@tanstack/react-query';
import { Button, Input, Switch } from 'antd';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { createIdTest, PhoneNumber } from '#contracts/facts/identifiers.ts';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { OpenIncidentRequest } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';
import { PageDialog } from '../page/page-dialog.tsx';
import { PlaceInput } from './place-input.tsx';
import { type DeskPlace, searchablePlaces } from './place-search.ts';

/** What people call the desk about, most urgent first. */
const deskKinds = [
  'help-request',
  'medical',
  'fire',
  'smoke',
  'gas',
  'fall',
  'water-leak',
  'door-forced',
  'disturbance',
  'other',
] as const satisfies readonly IncidentKind[];

const isPhoneNumber = createIdTest(PhoneNumber);

/** Opens an incident by hand: what, where, and whom to call back. */
export function OpenIncidentDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <PageDialog isOpen={isOpen} onClose={onClose} title={t('incidents.create')} width="34rem">
      <OpenIncidentForm onClose={onClose} />
    </PageDialog>
  );
}

function OpenIncidentForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [kind, setKind] = useState<IncidentKind>('help-request');
  const [place, setPlace] = useState<DeskPlace>();
  const [callBack, setCallBack] = useState('');
  const [isDrill, setDrill] = useState(false);
  const [wasTried, setTried] = useState(false);
  const places = useQuery({ queryKey: ['places'], queryFn: api.places });
  const searchable = useMemo(() => (places.data ? searchablePlaces(places.data) : []), [places.data]);
  const open = useAction<Omit<OpenIncidentRequest, 'request'>, ActionDone>(api.open, onClose);

  const isCallBackWrong = callBack.trim() !== '' && !isPhoneNumber(callBack.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!place || isCallBackWrong || open.isPending) return;
    open.mutate({
      kind,
      place,
      ...(callBack.trim() && { callBack: callBack.trim() }),
      ...(isDrill && { drill: true }),
    });
  };

  return (
    <form className="open-incident" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-kind`}>{t('create.kind')}</label>
      <select
        id={`${id}-kind`}
        className="select"
        value={kind}
        onChange={(event) => setKind(event.target.value as IncidentKind)}
      >
        {deskKinds.map((one) => (
          <option key={one} value={one}>
            {t(`kind.${one}`)}
          </option>
        ))}
      </select>
      <PlaceInput places={searchable} onChange={setPlace} />
      <FieldFault words={wasTried && !place && t('create.placeMissing')} />
      <label htmlFor={`${id}-phone`}>{t('create.callBack')}</label>
      <Input
        id={`${id}-phone`}
        type="tel"
        autoComplete="off"
        maxLength={32}
        aria-invalid={wasTried && isCallBackWrong}
        value={callBack}
        onChange={(event) => setCallBack(event.target.value)}
      />
      <FieldFault words={wasTried && isCallBackWrong && t('create.callBackWrong')} />
      <p className="open-incident__drill">
        <Switch id={`${id}-drill`} checked={isDrill} onChange={setDrill} />
        <label htmlFor={`${id}-drill`}>{t('create.drill')}</label>
      </p>
      <FailureWords failure={open.error} />
      <div className="open-incident__acts">
        <Button type="primary" size="large" htmlType="submit" disabled={open.isPending}>
          {t('create.submit')}
        </Button>
        <Button size="large" onClick={onClose}>
          {t('create.cancel')}
        </Button>
      </div>
    </form>
  );
}

function FieldFault({ words }: { words: string | false }) {
  if (!words) return null;
  return (
    <p role="alert" className="failure">
      {words}
    </p>
  );
}
