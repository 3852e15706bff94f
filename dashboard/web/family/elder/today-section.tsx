import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { ElderView } from '#contracts/elder.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import type { DayClock } from '../../shared/time/day-clock.ts';
import { factsOf } from '../sentence/facts.ts';
import { sayEn } from '../sentence/say-en.ts';
import { sayZh } from '../sentence/say-zh.ts';
import type { Sentence } from '../sentence/sentence.ts';

/** Today's sentence; what is not known stands before it and apart. */
export function TodaySection({ view, clock }: { view: ElderView; clock: DayClock }) {
  const { t } = useTranslation();
  const say = currentLanguage() === 'en' ? sayEn : sayZh;
  const { silence, day, watch } = say(factsOf(view), clock);
  const rest = [...day, ...watch];
  return (
    <>
      {silence.length > 0 && (
        <section className="panel silence" data-testid="silence">
          <Sentences sentences={silence} name={view.name} />
        </section>
      )}
      {rest.length > 0 && (
        <section className="panel today" data-testid="today">
          <h2>{t('family.today')}</h2>
          <Sentences sentences={rest} name={view.name} />
        </section>
      )}
    </>
  );
}

function Sentences({ sentences, name }: { sentences: readonly Sentence[]; name: string }) {
  return sentences.map((sentence, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: sentences have no other identity than their order.
    <p key={index}>
      {sentence.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence never change places.
        <Fragment key={at}>{typeof part === 'string' ? part : <bdi>{name}</bdi>}</Fragment>
      ))}
    </p>
  ));
}
