import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter, DeadLetterView, ReplayedMany } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { DeadLetterCounts } from './dead-letter-counts.tsx';
import { deadLettersApi, deadLettersKey, exportOf } from './dead-letters-api.ts';
import { ReplayedWords } from './replay-many.tsx';
import { visibleText } from './visible-text.ts';

/** How often the list is read anew while it is open, ms. */
const refreshMs = 10_000;

interface DeadLetterOverviewProps {
  filter: DeadLetterFilter;
  onFilter: (filter: DeadLetterFilter) => void;
  onShow: (id: number) => void;
  /** The one looked at last: the keyboard goes on from there. */
  focused: number | undefined;
}

/** How many there are of what, and one by one, newest first. */
export function DeadLetterOverview({ filter, onFilter, onShow, focused }: DeadLetterOverviewProps) {
  const { t } = useTranslation();
  const [replayed, setReplayed] = useState<ReplayedMany>();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [deadLettersKey, filter],
    queryFn: ({ pageParam }) => deadLettersApi.list(filter, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    refetchInterval: refreshMs,
  });
  const deadLetters = data?.pages.flatMap((page) => page.deadLetters);
  const newest = data?.pages[0];
  const isFiltered = filter.gateway !== undefined || filter.address !== undefined;
  return (
    <>
      <p className="muted">{t('deadLetters.about')}</p>
      <FailureWords failure={error} />
      <ReplayedWords done={replayed} />
      {newest && (
        <DeadLetterCounts list={newest} filter={filter} onFilter={onFilter} onReplayed={setReplayed} />
      )}
      {deadLetters?.length === 0 && (
        <p className="empty">{t(isFiltered ? 'deadLetters.noneOfFilter' : 'deadLetters.none')}</p>
      )}
      {deadLetters && deadLetters.length > 0 && (
        <section className="dead-letters__list" aria-label={t('deadLetters.list')}>
          <h3>{t('deadLetters.list')}</h3>
          <a className="plain-button" href={exportOf(filter)} download="dead-letters.jsonl">
            {t('deadLetters.export')}
          </a>
          <ul className="dead-letters__list">
            {deadLetters.map((deadLetter) => (
              <li key={deadLetter.id}>
                <DeadLetterLine
                  deadLetter={deadLetter}
                  isFocused={deadLetter.id === focused}
                  onShow={onShow}
                />
              </li>
            ))}
          </ul>
          {hasNextPage && (
            <button
              type="button"
              className="more"
              disabled={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              {t('deadLetters.more')}
            </button>
          )}
        </section>
      )}
    </>
  );
}

interface DeadLetterLineProps {
  deadLetter: DeadLetterView;
  isFocused: boolean;
  onShow: (id: number) => void;
}

function DeadLetterLine({ deadLetter, isFocused, onShow }: DeadLetterLineProps) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const { id, reason, gateway, kind, address, count } = deadLetter;
  return (
    <button
      type="button"
      className="dead-letters__open"
      data-testid={`dead-letter-${id}`}
      // biome-ignore lint/a11y/noAutofocus: coming back from it, the keyboard goes on where it was.
      autoFocus={isFocused}
      onClick={() => onShow(id)}
    >
      <span className="dead-letters__reason">
        {t(`deadLetters.reason.${reason}`)}
        {kind && ` · ${t(`kind.${kind}`)}`}
      </span>
      <span>
        {t('deadLetters.number', { id })} · {t('deadLetters.gateway', { gateway: visibleText(gateway) })}
        {address && ` · ${address}`}
      </span>
      <span className="muted">
        {t('deadLetters.seen', { age: age(now - deadLetter.lastSeenAt) })}
        {count > 1 && ` · ${t('deadLetters.times', { n: count })}`}
      </span>
    </button>
  );
}
