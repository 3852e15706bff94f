import { useTranslation } from 'react-i18next';
import type { ForeignCall } from '#contracts/gateway-messages.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import type { consoleZhCN } from '../locales/zh-CN.ts';
import { useNow } from '../page/console-context.ts';

type NamedPort = keyof (typeof consoleZhCN)['foreign']['port'];

/** Adapters whose port has a name of its own; that of a newer release goes by the adapter's. */
const namedPorts: readonly string[] = ['watch-3g', 'gb26875'] satisfies NamedPort[];
const isNamed = (adapter: string): adapter is NamedPort => namedPorts.includes(adapter);

/** So many stand open, so that a port scan does not push the devices off the page. */
const shownAtOnce = 3;

/** Devices that called a gateway in another protocol than its port speaks: nobody hears their alarms. */
export function ForeignCalls({ calls }: { calls: readonly ForeignCall[] }) {
  const { t } = useTranslation();
  const newestFirst = [...calls].sort((a, b) => b.lastAt.localeCompare(a.lastAt));
  const rest = newestFirst.slice(shownAtOnce);
  return (
    <section className="foreign" aria-label={t('foreign.heading')}>
      <ForeignList calls={newestFirst.slice(0, shownAtOnce)} />
      {rest.length > 0 && (
        <details>
          <summary>{t('foreign.more', { n: rest.length })}</summary>
          <ForeignList calls={rest} />
        </details>
      )}
      <p className="muted">{t('foreign.advice')}</p>
    </section>
  );
}

function ForeignList({ calls }: { calls: readonly ForeignCall[] }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  return (
    <ul>
      {calls.map(({ adapter, protocol, device, remote, times, lastAt }) => (
        <li key={`${adapter} ${protocol} ${device ?? remote}`} data-testid={`foreign-${adapter}`}>
          <span className="foreign__what">
            {t('foreign.called', {
              protocol,
              port: isNamed(adapter) ? t(`foreign.port.${adapter}`) : t('foreign.otherPort', { adapter }),
            })}
          </span>
          <span className="muted">
            {device !== undefined && (
              <>
                {t('foreign.device')} <bdi>{device}</bdi> ·{' '}
              </>
            )}
            {t('foreign.facts', { remote, n: times, age: age(now - fromTimestamp(lastAt)) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
