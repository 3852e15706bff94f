import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterView, ShownPayload } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { DeadLetterActions } from './dead-letter-actions.tsx';
import { deadLettersApi } from './dead-letters-api.ts';
import { Registering } from './register-device.tsx';
import { visibleText } from './visible-text.ts';

/** One dead letter: why it was rejected, what it contains, and what can be done about it. */
export function DeadLetterDetail({ id, onBack }: { id: number; onBack: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const queryKey = ['deadLetter', id];
  // Each look is written to the audit log, so it is not read again by itself.
  const { data, error } = useQuery({ queryKey, queryFn: () => deadLettersApi.detail(id), staleTime: 0 });
  const [isSettled, setSettled] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  const settled = () => {
    setSettled(true);
    // The buttons of what is done are gone: the keyboard goes on at the way back.
    back.current?.focus();
  };
  const readAnew = () => void queries.invalidateQueries({ queryKey });
  return (
    <div className="dead-letters__detail" data-testid="dead-letter-detail">
      <div className="dead-letters__actions">
        <Button ref={back} autoFocus onClick={onBack}>
          {t('deadLetters.back')}
        </Button>
      </div>
      <FailureWords failure={error} />
      {data && (
        <>
          <h3>
            {t('deadLetters.number', { id })} · {t(`deadLetters.reason.${data.deadLetter.reason}`)}
          </h3>
          <p>{t(`deadLetters.advice.${data.deadLetter.reason}`)}</p>
          <Facts deadLetter={data.deadLetter} />
          <DeadLetterActions
            deadLetter={data.deadLetter}
            isSettled={isSettled}
            onSettled={settled}
            onRejected={readAnew}
          />
          {!isSettled && <Registering detail={data} />}
          <Payload deadLetter={data.deadLetter} payload={data.payload} />
        </>
      )}
    </div>
  );
}

function Facts({ deadLetter }: { deadLetter: DeadLetterView }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const { gateway, lane, address, kind, path, expected, bytes, isWhole, count, firstSeenAt } = deadLetter;
  const facts: [string, string | undefined][] = [
    [t('deadLetters.gatewayName'), visibleText(gateway)],
    [
      t('deadLetters.way'),
      lane === 'alarm' || lane === 'telemetry' || lane === 'state' ? t(`deadLetters.lane.${lane}`) : lane,
    ],
    [
      t('deadLetters.received'),
      age(now - firstSeenAt) + (count > 1 ? ` · ${t('deadLetters.times', { n: count })}` : ''),
    ],
    [t('deadLetters.address'), address],
    [t('deadLetters.kind'), kind && t(`kind.${kind}`)],
    [t('deadLetters.where'), visibleText(path)],
    [t('deadLetters.expected'), visibleText(expected)],
    [
      t('deadLetters.size'),
      t('deadLetters.bytes', { n: bytes }) + (isWhole ? '' : ` · ${t('deadLetters.cut')}`),
    ],
  ];
  return (
    <dl className="dead-letters__facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="dead-letters__fact">
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** A field that takes no typing: it is scrolled by the keyboard, and takes nothing for markup. */
function Payload({ deadLetter, payload }: { deadLetter: DeadLetterView; payload: ShownPayload }) {
  const { t } = useTranslation();
  const id = useId();
  const { encoding, data, shownBytes } = payload;
  return (
    <section>
      <label htmlFor={id}>{t(encoding === 'text' ? 'deadLetters.payload' : 'deadLetters.payloadHex')}</label>
      <textarea
        id={id}
        className="dead-letters__payload"
        data-testid="dead-letter-payload"
        dir="ltr"
        readOnly
        rows={10}
        spellCheck={false}
        value={visibleText(data)}
      />
      {shownBytes < deadLetter.bytes && <p className="muted">{t('deadLetters.shown', { n: shownBytes })}</p>}
    </section>
  );
}
