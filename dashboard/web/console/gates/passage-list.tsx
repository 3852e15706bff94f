import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { GateEvent } from '#contracts/socket-events.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import type { DeviceRow } from '../devices/device-rows.ts';
import { toneOf, useGateEventWords } from './gate-event-words.ts';

/** Passages drawn; older ones are in the store. */
const maxShown = 100;

interface PassageListProps {
  /** Newest first. */
  events: readonly GateEvent[];
  gates: readonly DeviceRow[];
  /** The one gate shown; undefined shows all. */
  gate: string | undefined;
  onGate: (gate: string | undefined) => void;
}

/** What happens at the gates as it comes: when, where, what, by what means, and never who. */
export const PassageList = memo(function PassageList({ events, gates, gate, onGate }: PassageListProps) {
  const { t } = useTranslation();
  const id = useId();
  const places = new Map(gates.map(({ device }) => [device.id, device.place]));
  const shown = events.filter(({ device }) => gate === undefined || device === gate).slice(0, maxShown);
  return (
    <>
      <div className="panel__head panel__head--sub">
        <h3 id={id}>{t('gates.passages')}</h3>
        <select
          className="select"
          aria-label={t('gates.filter')}
          value={gate ?? ''}
          onChange={(event) => onGate(event.target.value || undefined)}
        >
          <option value="">{t('gates.all')}</option>
          {gates.map(({ device }) => (
            <option key={device.id} value={device.id}>
              {device.place}
            </option>
          ))}
        </select>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="panel__body" tabIndex={0} aria-labelledby={id}>
        {shown.length === 0 && <p className="empty">{t('gates.noEvents')}</p>}
        <ol className="passages" data-testid="passages">
          {shown.map((event) => (
            <Passage key={event.position} event={event} place={places.get(event.device) ?? event.device} />
          ))}
        </ol>
      </section>
    </>
  );
});

function Passage({ event, place }: { event: GateEvent; place: string }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { what, means } = useGateEventWords()(event);
  return (
    <li className={`passage passage--${toneOf(event.kind)}`} data-kind={event.kind}>
      <span className="passage__time">{time(event.capturedAt, 'seconds')}</span>
      <span className="passage__what">{what}</span>
      <span className="passage__where">
        <bdi>{place}</bdi>
        {means && <span className="muted"> · {means}</span>}
        {event.late && <span className="mark">{t('gates.late')}</span>}
      </span>
    </li>
  );
}
