import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { IncidentList } from './incident-list.tsx';
import { useResolved } from './use-resolved.ts';

/** Those resolved in the last 24 hours. */
export function ResolvedIncidents({ onShow }: { onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const { resolved, isPending, failure, retry } = useResolved();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks anew each time the tab is opened.
  useEffect(retry, []);
  return (
    <>
      <FailureWords failure={failure} />
      {failure && <Button onClick={retry}>{t('incidents.retry')}</Button>}
      {resolved.length > 0 && <IncidentList incidents={resolved} onShow={onShow} />}
      {resolved.length === 0 && !isPending && !failure && (
        <p className="empty">{t('incidents.noResolved')}</p>
      )}
    </>
  );
}
