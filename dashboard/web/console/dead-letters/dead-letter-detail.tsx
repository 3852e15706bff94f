import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterView, ShownPayload } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { LetterActs } from './letter-acts.tsx';
import { lettersApi } from './letters-api.ts';
import { Registering } from './register-device.tsx';
import { visibleText } from './visible-text.ts';

/** One dead letter: why it was set aside, what it carried, and what may be done about it. */
export function LetterDetail({ id, onBack }: { id: number; onBack: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const queryKey = ['letter', id];
  // Each look is written to the audit log, so it is not read again by itself.
  const { data, error } = useQuery({ queryKey, queryFn: () => lettersApi.detail(id), staleTime: 0 });
  const [isSettled, setSettled] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  const settled = () => {
    setSettled(true);
    // The buttons of what is done are gone: the keyboard goes on at the way back.
    back.current?.focus();
  };
  const readAnew = () => void queries.invalidateQueries({ queryKey });
  return (
    <div className="letters__detail" data-testid="letter-detail">
      <div className="letters__acts">
        <Button ref={back} autoFocus onClick={onBack}>
          {t('letters.back')}
        </Button>
      </div>
      <FailureWords failure={error} />
      {data && (
        <>
          <h3>
            {t('letters.number', { id })} · {t(`letters.reason.${data.letter.reason}`)}
          </h3>
          <p>{t(`letters.advice.${data.letter.reason}`)}</p>
          <Facts letter={data.letter} />
          <LetterActs letter={data.letter} isSettled={isSettled} onSettled={settled} onRejected={readAnew} />
          {!isSettled && <Registering detail={data} />}
          <Payload letter={data.letter} payload={data.payload} />
        </>
      )}
    </div>
  );
}

function Facts({ letter }: { letter: DeadLetterView }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const { gateway, lane, address, kind, path, expected, bytes, isWhole, count, firstSeenAt } = letter;
  const facts: [string, string | undefined][] = [
    [t('letters.gatewayName'), visibleText(gateway)],
    [
      t('letters.way'),
      lane === 'alarm' || lane === 'telemetry' || lane === 'state' ? t(`letters.lane.${lane}`) : lane,
    ],
    [
      t('letters.received'),
      age(now - firstSeenAt) + (count > 1 ? ` · ${t('letters.times', { n: count })}` : ''),
    ],
    [t('letters.address'), address],
    [t('letters.kind'), kind && t(`kind.${kind}`)],
    [t('letters.where'), visibleText(path)],
    [t('letters.expected'), visibleText(expected)],
    [t('letters.size'), t('letters.bytes', { n: bytes }) + (isWhole ? '' : ` · ${t('letters.cut')}`)],
  ];
  return (
    <dl className="letters__facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="letters__fact">
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
function Payload({ letter, payload }: { letter: DeadLetterView; payload: ShownPayload }) {
  const { t } = useTranslation();
  const id = useId();
  const { encoding, data, shownBytes } = payload;
  return (
    <section>
      <label htmlFor={id}>{t(encoding === 'text' ? 'letters.payload' : 'letters.payloadHex')}</label>
      <textarea
        id={id}
        className="letters__payload"
        data-testid="letter-payload"
        dir="ltr"
        readOnly
        rows={10}
        spellCheck={false}
        value={visibleText(data)}
      />
      {shownBytes < letter.bytes && <p className="muted">{t('letters.shown', { n: shownBytes })}</p>}
    </section>
  );
}
