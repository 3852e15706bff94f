import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ActDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';

/** Opens a resolved incident again. */
export function ReopenButton({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const reopen = useAction<object, ActDone>((body) => api.reopen(incident.id, body));
  return (
    <div>
      <Button size="large" disabled={reopen.isPending} onClick={() => reopen.mutate({})}>
        {t('detail.reopen')}
      </Button>
      <FailureWords failure={reopen.error} />
    </div>
  );
}
