import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgeWords } from '../../shared/time/use-time-words.ts';
import { LostContext, useNow } from '../page/console-context.ts';

/** A state that says how far a device or gateway may be believed. */
export type HeardState = 'live' | 'catching-up' | 'stale' | 'unheard';

/** A state by shape, word and colour; `stale` is hatched grey and never green. A blind page knows no state. */
export function StateBadge({ state }: { state: HeardState }) {
  const { t } = useTranslation();
  const isLost = useContext(LostContext);
  return (
    <span className={`state state--${isLost ? 'unheard' : state}`}>
      <span className="state__swatch" aria-hidden="true" />
      {isLost ? t('link.unknown') : t(`gatewayState.${state}`)}
    </span>
  );
}

/** "Heard 3 minutes ago", counted by the platform's clock. */
export function Heard({ at }: { at: number | undefined }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  return <>{at === undefined ? t('devices.neverHeard') : t('devices.heard', { age: age(now - at) })}</>;
}
