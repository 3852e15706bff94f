import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident, Outcome } from '#contracts/incident.ts';
import type { ResolveRequest } from '#contracts/rest.ts';
import { useHoldingKinds } from '../../shared/incidents/incident-words.tsx';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';

const choices = ['real', 'false', 'test', 'drill'] as const satisfies readonly Outcome[];

interface ResolveFormProps {
  incident: Incident;
  onResolved: (outcome: Outcome) => void;
}

/** Ends an incident in two steps: what it was, then the confirmation that names it. */
export function ResolveForm({ incident, onResolved }: ResolveFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const holding = useHoldingKinds(incident);
  const [outcome, setOutcome] = useState<Outcome>();
  const [note, setNote] = useState('');
  const resolve = useAction<Omit<ResolveRequest, 'request'>, ActionDone>(
    (body) => api.resolve(incident.id, body),
    (_done, body) => onResolved(body.outcome),
  );
  const confirm = (confirmed: Outcome) =>
    resolve.mutate({ outcome: confirmed, ...(note.trim() && { note: note.trim() }) });

  return (
    <section className="resolve" aria-labelledby={`${id}-heading`}>
      <h3 id={`${id}-heading`}>{t('detail.resolveHeading')}</h3>
      {holding !== undefined && (
        <p className="holding" role="status" data-testid="resolve-holding">
          {t('resolve.stillHolds', { kinds: holding })}
        </p>
      )}
      <fieldset className="outcomes">
        <legend>{t('resolve.ask')}</legend>
        {choices.map((one) => (
          <label key={one} className="outcomes__choice">
            <input
              type="radio"
              name={`${id}-outcome`}
              value={one}
              checked={outcome === one}
              onChange={() => setOutcome(one)}
            />
            {t(`outcome.${one}`)}
          </label>
        ))}
      </fieldset>
      {outcome && (
        <div className="resolve__confirm">
          <label htmlFor={`${id}-note`}>{t('resolve.note')}</label>
          <Input
            id={`${id}-note`}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <Button type="primary" size="large" disabled={resolve.isPending} onClick={() => confirm(outcome)}>
            {t('resolve.confirm', { outcome: t(`outcome.${outcome}`) })}
          </Button>
          <Button size="large" disabled={resolve.isPending} onClick={() => setOutcome(undefined)}>
            {t('resolve.cancel')}
          </Button>
        </div>
      )}
      <FailureWords failure={resolve.error} />
    </section>
  );
}
