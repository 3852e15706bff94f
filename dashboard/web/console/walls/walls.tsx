import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type WallList as WallListAnswer, wallHeartbeatMs, wallSilentMs } from '#contracts/wall.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { WallCodeForm } from './wall-code-form.tsx';

type Wall = WallListAnswer['walls'][number];

/** The community's walls, for the manager: are they heard, a code for a new one, taking one away. */
export function Walls() {
  return (
    <div className="walls" data-testid="walls">
      <WallList />
      <WallCodeForm />
    </div>
  );
}

function WallList() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['walls'],
    queryFn: api.walls,
    staleTime: 0,
    refetchInterval: wallHeartbeatMs,
  });
  return (
    <>
      <FailureWords failure={error} />
      {data?.walls.length === 0 && <p className="empty">{t('walls.none')}</p>}
      <ul className="walls__list">
        {data?.walls.map((wall) => (
          <WallLine key={wall.id} wall={wall} />
        ))}
      </ul>
    </>
  );
}

function WallLine({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const isSilent = wall.heardAt === undefined || now - wall.heardAt >= wallSilentMs;
  const sound = isSilent ? 'away' : (wall.sound ?? 'away');
  return (
    <li className="walls__one" data-testid={`wall-${wall.id}`} data-sound={sound}>
      <span className="walls__name">
        <bdi>{wall.name}</bdi>
      </span>
      <span className={sound === 'on' ? 'walls__good' : 'failure'}>
        {sound === 'on' ? '✓' : '!'} {t(`walls.sound.${sound}`)}
      </span>
      <span className="muted">
        {wall.heardAt === undefined
          ? t('devices.neverHeard')
          : t('devices.heard', { age: age(now - wall.heardAt) })}
      </span>
      <Revoking wall={wall} />
    </li>
  );
}

function Revoking({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [step, setStep] = useState<'none' | 'asked' | 'sending'>('none');
  const [failure, setFailure] = useState<Error>();
  const revoke = () => {
    setStep('sending');
    setFailure(undefined);
    api
      .revokeWall(wall.id)
      .catch(setFailure)
      .finally(() => {
        setStep('none');
        void queries.invalidateQueries({ queryKey: ['walls'] });
      });
  };
  if (step === 'none') {
    return (
      <span className="walls__acts">
        <Button aria-label={t('walls.revokeNamed', { name: wall.name })} onClick={() => setStep('asked')}>
          {t('walls.revoke')}
        </Button>
        <FailureWords failure={failure} />
      </span>
    );
  }
  return (
    <span className="walls__acts">
      <Button danger autoFocus disabled={step === 'sending'} onClick={revoke}>
        {t('walls.confirmRevoke', { name: wall.name })}
      </Button>
      <Button disabled={step === 'sending'} onClick={() => setStep('none')}>
        {t('walls.keep')}
      </Button>
    </span>
  );
}
