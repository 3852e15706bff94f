import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter, DeadLetterView, ReplayedMany } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { LetterCounts } from './letter-counts.tsx';
import { exportOf, lettersApi, lettersKey } from './letters-api.ts';
import { ReplayedWords } from './replay-many.tsx';
import { visibleText } from './visible-text.ts';

/** How often the list is read anew while it is open, ms. */
const refreshMs = 10_000;

interface LetterOverviewProps {
  filter: DeadLetterFilter;
  onFilter: (filter: DeadLetterFilter) => void;
  onShow: (id: number) => void;
  /** The one looked at last: the keyboard goes on from there. */
  focused: number | undefined;
}

/** How many there are of what, and one by one, newest first. */
export function LetterOverview({ filter, onFilter, onShow, focused }: LetterOverviewProps) {
  const { t } = useTranslation();
  const [replayed, setReplayed] = useState<ReplayedMany>();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [lettersKey, filter],
    queryFn: ({ pageParam }) => lettersApi.list(filter, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    refetchInterval: refreshMs,
  });
  const letters = data?.pages.flatMap((page) => page.letters);
  const newest = data?.pages[0];
  const isFiltered = filter.gateway !== undefined || filter.address !== undefined;
  return (
    <>
      <p className="muted">{t('letters.about')}</p>
      <FailureWords failure={error} />
      <ReplayedWords done={replayed} />
      {newest && <LetterCounts list={newest} filter={filter} onFilter={onFilter} onReplayed={setReplayed} />}
      {letters?.length === 0 && (
        <p className="empty">{t(isFiltered ? 'letters.noneOfFilter' : 'letters.none')}</p>
      )}
      {letters && letters.length > 0 && (
        <section className="letters__list" aria-label={t('letters.list')}>
          <h3>{t('letters.list')}</h3>
          <a className="plain-button" href={exportOf(filter)} download="dead-letters.jsonl">
            {t('letters.export')}
          </a>
          <ul className="letters__list">
            {letters.map((letter) => (
              <li key={letter.id}>
                <LetterLine letter={letter} isFocused={letter.id === focused} onShow={onShow} />
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
              {t('letters.more')}
            </button>
          )}
        </section>
      )}
    </>
  );
}

interface LetterLineProps {
  letter: DeadLetterView;
  isFocused: boolean;
  onShow: (id: number) => void;
}

function LetterLine({ letter, isFocused, onShow }: LetterLineProps) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const { id, reason, gateway, kind, address, count } = letter;
  return (
    <button
      type="button"
      className="letters__open"
      data-testid={`letter-${id}`}
      // biome-ignore lint/a11y/noAutofocus: coming back from it, the keyboard goes on where it was.
      autoFocus={isFocused}
      onClick={() => onShow(id)}
    >
      <span className="letters__reason">
        {t(`letters.reason.${reason}`)}
        {kind && ` · ${t(`kind.${kind}`)}`}
      </span>
      <span>
        {t('letters.number', { id })} · {t('letters.gateway', { gateway: visibleText(gateway) })}
        {address && ` · ${address}`}
      </span>
      <span className="muted">
        {t('letters.seen', { age: age(now - letter.lastSeenAt) })}
        {count > 1 && ` · ${t('letters.times', { n: count })}`}
      </span>
    </button>
  );
}
