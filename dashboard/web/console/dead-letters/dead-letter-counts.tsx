import { useTranslation } from 'react-i18next';
import type { DeadLetterFilter, DeadLetterList, ReplayedMany } from '#contracts/dead-letters.ts';
import { StoreTroubles } from '../store/store-troubles.tsx';
import { ReplayMany } from './replay-many.tsx';
import { visibleText } from './visible-text.ts';

interface LetterCountsProps {
  list: DeadLetterList;
  filter: DeadLetterFilter;
  onFilter: (filter: DeadLetterFilter) => void;
  onReplayed: (done: ReplayedMany) => void;
}

/** Devices named at once; the others are found by their gateway. */
const maxDevices = 8;

/** Counts by gateway and reason, by device, which narrow the list, and what the telemetry store does not take. */
export function LetterCounts({ list, filter, onFilter, onReplayed }: LetterCountsProps) {
  const { t } = useTranslation();
  const { counts, addresses, store } = list;
  const isAll = filter.gateway === undefined;
  return (
    <>
      {counts.length > 0 && (
        <section className="letters__counts" aria-label={t('letters.byGateway')}>
          <h3>{t('letters.byGateway')}</h3>
          <div className="tabs">
            <button type="button" aria-pressed={isAll} onClick={() => onFilter({})}>
              {t('letters.all')}
            </button>
          </div>
          {Object.entries(Object.groupBy(counts, ({ gateway }) => gateway)).map(([gateway, reasons]) => (
            <div key={gateway} className="letters__counts" data-testid={`letters-of-${gateway}`}>
              <h4>{t('letters.gateway', { gateway: visibleText(gateway) })}</h4>
              {reasons?.map(({ reason, letters }) => (
                <div key={reason} className="letters__row">
                  <div className="tabs">
                    <button
                      type="button"
                      aria-pressed={filter.gateway === gateway && filter.reason === reason}
                      onClick={() => onFilter({ gateway, reason })}
                    >
                      {t(`letters.reason.${reason}`)} · {t('letters.count', { n: letters })}
                    </button>
                  </div>
                  <ReplayMany
                    of={{ gateway, reason }}
                    words={t('letters.replayAll')}
                    label={t('letters.replayAllNamed', { gateway, reason: t(`letters.reason.${reason}`) })}
                    onDone={onReplayed}
                  />
                </div>
              ))}
            </div>
          ))}
        </section>
      )}
      {addresses.length > 0 && (
        <section className="letters__counts" aria-label={t('letters.devices')}>
          <h3>{t('letters.devices')}</h3>
          {addresses.slice(0, maxDevices).map(({ gateway, address, letters }) => (
            <div key={`${gateway} ${address}`} className="tabs">
              <button
                type="button"
                aria-pressed={filter.gateway === gateway && filter.address === address}
                onClick={() => onFilter({ gateway, address })}
              >
                {address} · {t('letters.count', { n: letters })}
              </button>
            </div>
          ))}
        </section>
      )}
      <StoreTroubles store={store} />
    </>
  );
}
