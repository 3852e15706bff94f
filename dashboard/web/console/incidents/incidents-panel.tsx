import { Button } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useLiveState } from '../page/console-context.ts';
import { useMay } from '../page/use-may.ts';
import { AllQuiet } from './all-quiet.tsx';
import { IncidentList } from './incident-list.tsx';
import { incidentLists } from './incident-order.ts';
import { ResolvedIncidents } from './resolved-incidents.tsx';

const tabs = ['open', 'resolved'] as const;

interface IncidentsPanelProps {
  onShow: (id: string) => void;
  onCreate: () => void;
}

/** The incidents: those being handled, worst first, and those resolved in the last 24 hours. */
export function IncidentsPanel({ onShow, onCreate }: IncidentsPanelProps) {
  const { t } = useTranslation();
  const id = useId();
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') === 'resolved' ? 'resolved' : 'open';
  const { open } = useLiveState(incidentLists);
  const may = useMay();
  const choose = (next: (typeof tabs)[number]) => {
    setParams((before) => {
      const changed = new URLSearchParams(before);
      if (next === 'open') changed.delete('tab');
      else changed.set('tab', next);
      return changed;
    });
  };

  return (
    <section
      className="panel panel--incidents"
      id="incidents"
      tabIndex={-1}
      aria-labelledby={`${id}-heading`}
    >
      <div className="panel__head">
        <h2 id={`${id}-heading`}>{t('incidents.heading')}</h2>
        <fieldset className="tabs">
          <legend className="visually-hidden">{t('incidents.heading')}</legend>
          {tabs.map((one) => (
            <button key={one} type="button" aria-pressed={tab === one} onClick={() => choose(one)}>
              {t(`incidents.${one}`)}
              {one === 'open' && ` ${open.length}`}
            </button>
          ))}
        </fieldset>
        {may.incident('open') && (
          <Button size="large" onClick={onCreate}>
            ＋ {t('incidents.create')}
          </Button>
        )}
      </div>
      <div className="panel__body" data-testid={`incidents-${tab}`}>
        {tab === 'open' ? <OpenIncidents onShow={onShow} /> : <ResolvedIncidents onShow={onShow} />}
      </div>
      <p className="panel__foot muted">{t('incidents.keys')}</p>
    </section>
  );
}

function OpenIncidents({ onShow }: { onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const { open } = useLiveState(incidentLists);
  const hasData = useLiveState((state) => state.phase !== 'unsynced' || state.incidents.size > 0);
  if (!hasData) return <p className="empty">{t('incidents.waiting')}</p>;
  if (open.length === 0) return <AllQuiet />;
  return <IncidentList incidents={open} onShow={onShow} />;
}
