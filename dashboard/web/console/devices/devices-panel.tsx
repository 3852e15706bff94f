import { memo, useContext, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandView } from '#contracts/command.ts';
import type { GatewayLiveState } from '#contracts/warning-transition.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { CommandButtons, CommandLine } from '../commands/command-buttons.tsx';
import { type AskedCommand, CommandDialog } from '../commands/command-dialog.tsx';
import { actionsOf } from '../commands/device-actions.ts';
import { LostContext, useLiveState } from '../page/console-context.ts';
import { DeviceFilters } from './device-filters.tsx';
import { countStates, type DeviceFilter, type DeviceRow, filterDevices } from './device-rows.ts';
import { ForeignCalls } from './foreign-calls.tsx';
import { Heard, StateBadge } from './heard-state.tsx';
import { useDeviceRows } from './use-devices.ts';

/** Devices drawn at first and with every "more". */
const pageSize = 60;
const states = ['live', 'stale', 'unheard'] as const;

/** Every device and gateway, and how far each may be believed. */
export function DevicesPanel() {
  const { t } = useTranslation();
  const id = useId();
  const { rows, failure } = useDeviceRows();
  const [filter, setFilter] = useState<DeviceFilter>({});
  const shown = useMemo(() => filterDevices(rows, filter), [rows, filter]);
  const counts = countStates(rows);
  const isLost = useContext(LostContext);
  return (
    <section className="panel panel--devices" id="devices" aria-labelledby={`${id}-heading`}>
      <div className="panel__head">
        <h2 id={`${id}-heading`}>{t('devices.heading')}</h2>
        <ul className="counts" data-testid="device-counts">
          {states.map((state) => (
            <li
              key={state}
              className={`state state--${isLost ? 'unheard' : state}`}
              data-testid={`device-count-${state}`}
            >
              <span className="state__swatch" aria-hidden="true" />
              {t('devices.count', { state: t(`deviceState.${state}`), n: counts[state] })}
            </li>
          ))}
        </ul>
      </div>
      <FailureWords failure={failure} />
      <Gateways />
      <DeviceFilters rows={rows} filter={filter} onChange={setFilter} />
      <DeviceTable rows={shown} />
    </section>
  );
}

function Gateways() {
  const gateways = useLiveState((state) => state.gateways);
  if (gateways.size === 0) return null;
  const foreign = [...gateways.values()].flatMap((gateway) => gateway.foreign ?? []);
  return (
    <>
      <GatewayList gateways={[...gateways.values()]} />
      {foreign.length > 0 && <ForeignCalls calls={foreign} />}
    </>
  );
}

function GatewayList({ gateways }: { gateways: readonly GatewayLiveState[] }) {
  const { t } = useTranslation();
  return (
    <ul className="gateways" aria-label={t('devices.gateways')}>
      {gateways.map(({ gateway, state, heardAt }) => (
        <li key={gateway} data-testid={`gateway-${gateway}`} data-state={state}>
          <span>
            {t('devices.gateway')} {gateway}
          </span>
          <StateBadge state={state} />
          <span className="muted">
            <Heard at={heardAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const DeviceTable = memo(function DeviceTable({ rows }: { rows: readonly DeviceRow[] }) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(pageSize);
  const [asked, setAsked] = useState<AskedCommand>();
  const commands = useLiveState((state) => state.commands);
  if (rows.length === 0) return <p className="empty">{t('devices.none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="panel__body" tabIndex={0} aria-label={t('devices.list')}>
      <ul className="device-list">
        {rows.slice(0, limit).map((row) => (
          <DeviceLine
            key={row.device.id}
            row={row}
            command={commands.find(({ device }) => device === row.device.id)}
            onAsk={setAsked}
          />
        ))}
      </ul>
      {rows.length > limit && (
        <button type="button" className="more" onClick={() => setLimit(limit + pageSize)}>
          {t('incidents.more', { n: Math.min(pageSize, rows.length - limit), total: rows.length })}
        </button>
      )}
      <CommandDialog asked={asked} onClose={() => setAsked(undefined)} />
    </section>
  );
});

interface DeviceLineProps {
  row: DeviceRow;
  /** The last one to this device. */
  command: CommandView | undefined;
  onAsk: (asked: AskedCommand) => void;
}

function DeviceLine({ row: { device, state, heardAt, battery, alarms }, command, onAsk }: DeviceLineProps) {
  const { t } = useTranslation();
  // Gates have a panel of their own, which asks things of them.
  const isAsked = device.class !== 'gate' && actionsOf(device.class).length > 0;
  return (
    <li data-testid={`device-${device.id}`} data-state={state}>
      <span className="device-list__place">
        <bdi>{device.place}</bdi>
      </span>
      {alarms && (
        <span className="state state--alarm" data-testid={`alarm-${device.id}`}>
          <span className="state__swatch" aria-hidden="true" />
          {t('devices.inAlarm', { kinds: alarms.map((kind) => t(`kind.${kind}`)).join(t('listComma')) })}
        </span>
      )}
      <StateBadge state={state} />
      <span className="device-list__facts muted">
        {!device.place.includes(device.name) && (
          <>
            <bdi>{device.name}</bdi> ·{' '}
          </>
        )}
        <Heard at={heardAt} />
        {battery !== undefined && ` · ${t('devices.battery', { n: battery })}`}
      </span>
      {isAsked && (
        <span className="device-list__asked">
          <CommandButtons device={device} onAsk={onAsk} />
          <CommandLine command={command} />
        </span>
      )}
    </li>
  );
}
