import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { replayOutcomes } from '#contracts/dead-letter.ts';
import type { ReplayedMany, ReplayMany as ReplayManyOf } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { deadLettersApi, useReadListAnew } from './dead-letters-api.ts';

interface ReplayManyProps {
  of: ReplayManyOf;
  words: string;
  /** What it is called where it does not stand beside its words. */
  label?: string;
  isFocused?: boolean;
  /** Told what came of them: once they are taken in, the line they stood in is gone. */
  onDone: (done: ReplayedMany) => void;
}

/** Replays many at once. */
export function ReplayMany({ of, words, label, isFocused = false, onDone }: ReplayManyProps) {
  const { t } = useTranslation();
  const readAnew = useReadListAnew();
  const replay = useMutation({
    mutationFn: deadLettersApi.replayMany,
    onSuccess: onDone,
    onSettled: readAnew,
  });
  return (
    <div className="dead-letters__actions">
      <Button
        aria-label={label}
        autoFocus={isFocused}
        disabled={replay.isPending}
        onClick={() => replay.mutate(of)}
      >
        {replay.isPending ? t('deadLetters.replaying') : words}
      </Button>
      <FailureWords failure={replay.error} />
    </div>
  );
}

/** What came of many, by outcome. */
export function ReplayedWords({ done }: { done: ReplayedMany | undefined }) {
  const { t } = useTranslation();
  const { outcomes = {}, left = 0 } = done ?? {};
  return (
    <div role="status" data-testid="replayed-many">
      {replayOutcomes
        .filter((outcome) => outcomes[outcome])
        .map((outcome) => (
          <p key={outcome}>
            {t('deadLetters.outcomeCount', {
              outcome: t(`deadLetters.outcome.${outcome}`),
              n: outcomes[outcome] ?? 0,
            })}
          </p>
        ))}
      {left > 0 && <p>{t('deadLetters.left', { n: left })}</p>}
    </div>
  );
}
