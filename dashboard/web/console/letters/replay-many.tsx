import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { replayOutcomes } from '#contracts/dead-letter.ts';
import type { ReplayedMany, ReplayMany as ReplayManyOf } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { lettersApi, useReadListAnew } from './letters-api.ts';

interface ReplayManyProps {
  of: ReplayManyOf;
  words: string;
  /** What it is called where it does not stand beside its words. */
  label?: string;
}

/** Replays many at once, and says what came of them. */
export function ReplayMany({ of, words, label }: ReplayManyProps) {
  const { t } = useTranslation();
  const readAnew = useReadListAnew();
  const replay = useMutation({ mutationFn: lettersApi.replayMany, onSettled: readAnew });
  return (
    <div className="letters__acts">
      <Button aria-label={label} disabled={replay.isPending} onClick={() => replay.mutate(of)}>
        {replay.isPending ? t('letters.replaying') : words}
      </Button>
      <FailureWords failure={replay.error} />
      <div role="status" data-testid="replayed-many">
        {replay.data && <Outcomes done={replay.data} />}
      </div>
    </div>
  );
}

function Outcomes({ done: { outcomes, left } }: { done: ReplayedMany }) {
  const { t } = useTranslation();
  return (
    <>
      {replayOutcomes
        .filter((outcome) => outcomes[outcome])
        .map((outcome) => (
          <p key={outcome}>
            {t('letters.outcomeCount', {
              outcome: t(`letters.outcome.${outcome}`),
              n: outcomes[outcome] ?? 0,
            })}
          </p>
        ))}
      {left > 0 && <p>{t('letters.left', { n: left })}</p>}
    </>
  );
}
