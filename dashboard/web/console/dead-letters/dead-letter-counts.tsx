import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter, DeadLetterList, ReplayedMany } from '#contracts/dead-letters.ts';
import { StoreTroubles } from '../store/store-troubles.tsx';
import { ReplayMany } from './replay-many.tsx';
import { visibleText } from './visible-text.ts';

interface DeadLetterCountsProps {
  list: DeadLetterList;
  filter: DeadLetterFilter;
  onFilter: (filter: DeadLetterFilter) => void;
  onReplayed: (done: ReplayedMany) => void;
}

/** Devices named at once; the others are found by their gateway. */
const maxDevices = 8;

/** Counts by gateway and reason, by device, which narrow the list, and what the telemetry store does not take. */
export function DeadLetterCounts({ list, filter, onFilter, onReplayed }: DeadLetterCountsProps) {
  const { t } = useTranslation();
  const { counts, addresses, store } = list;
  const isAll = filter.gateway === undefined;
  return (
    <>
      {counts.length > 0 && (
        <section className="dead-letters__counts" aria-label={t('deadLetters.byGateway')}>
          <h3>{t('deadLetters.byGateway')}</h3>
          <div className="tabs">
            <button type="button" aria-pressed={isAll} onClick={() => onFilter({})}>
              {t('deadLetters.all')}
            </button>
          </div>
          {Object.entries(Object.groupBy(counts, ({ gateway }) => gateway)).map(([gateway, reasons]) => (
            <div key={gateway} className="dead-letters__counts" data-testid={`dead-letters-of-${gateway}`}>
              <h4>{t('deadLetters.gateway', { gateway: visibleText(gateway) })}</h4>
              {reasons?.map(({ reason, deadLetters }) => (
                <div key={reason} className="dead-letters__row">
                  <div className="tabs">
                    <button
                      type="button"
                      aria-pressed={filter.gateway === gateway && filter.reason === reason}
                      onClick={() => onFilter({ gateway, reason })}
                    >
                      {t(`deadLetters.reason.${reason}`)} · {t('deadLetters.count', { n: deadLetters })}
                    </button>
                  </div>
                  <ReplayMany
                    of={{ gateway, reason }}
                    words={t('deadLetters.replayAll')}
                    label={t('deadLetters.replayAllNamed', {
                      gateway,
                      reason: t(`deadLetters.reason.${reason}`),
                    })}
                    onDone={onReplayed}
                  />
                </div>
              ))}
            </div>
          ))}
        </section>
      )}
      {addresses.length > 0 && (
        <section className="dead-letters__counts" aria-label={t('deadLetters.devices')}>
          <h3>{t('deadLetters.devices')}</h3>
          {addresses.slice(0, maxDevices).map(({ gateway, address, deadLetters }) => (
            <div key={`${gateway} ${address}`} className="tabs">
              <button
                type="button"
                aria-pressed={filter.gateway === gateway && filter.address === address}
                onClick={() => onFilter({ gateway, address })}
              >
                {address} · {t('deadLetters.count', { n: deadLetters })}
              </button>
            </div>
          ))}
        </section>
      )}
      <StoreTroubles store={store} />
    </>
  );
}
