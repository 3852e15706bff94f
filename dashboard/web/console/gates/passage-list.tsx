import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { deniedKinds, factsOf, gateKinds } from '#contracts/facts/event-kinds.ts';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { GateEvent } from '#contracts/socket-events.ts';
import { zhCN } from '../../shared/locales/zh-CN.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import type { DeviceRow } from '../devices/device-rows.ts';
import { consoleZhCN } from '../locales/zh-CN.ts';

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

const isKind = (kind: string): kind is IncidentKind => Object.hasOwn(zhCN.kind, kind);
const isMeans = (means: string): means is keyof typeof consoleZhCN.means =>
  Object.hasOwn(consoleZhCN.means, means);

/** How a passage is marked, by word and colour: let in, turned away, an alarm, or merely said. */
function toneOf(kind: string): 'granted' | 'denied' | 'alarm' | 'plain' {
  if (kind === 'access-granted') return 'granted';
  if (deniedKinds.some((denied) => denied === kind)) return 'denied';
  const known = gateKinds.find((one) => one === kind);
  return known && factsOf(known).level ? 'alarm' : 'plain';
}

/** What happened at a gate and by what means, in words; a kind this page does not know stands as it is. */
export function useGateEventWords(): (event: GateEvent) => { what: string; means: string | undefined } {
  const { t } = useTranslation();
  return ({ kind, active, means }) => {
    const name = isKind(kind) ? t(`kind.${kind}`) : kind;
    return {
      what: active ? name : t('gates.ended', { kind: name }),
      means: means && isMeans(means) ? t(`means.${means}`) : undefined,
    };
  };
}
