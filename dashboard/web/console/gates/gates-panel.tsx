import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GateEvent } from '#contracts/socket-events.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { CommandButtons, CommandLine } from '../commands/command-buttons.tsx';
import { type AskedCommand, CommandDialog } from '../commands/command-dialog.tsx';
import type { DeviceRow } from '../devices/device-rows.ts';
import { StateBadge } from '../devices/heard-state.tsx';
import { useDeviceRows } from '../devices/use-devices.ts';
import { useLiveState } from '../page/console-context.ts';
import { PassageList, useGateEventWords } from './passage-list.tsx';

/** The gates, what last happened at each, and the passages as they come. */
export function GatesPanel() {
  const { t } = useTranslation();
  const id = useId();
  const { rows } = useDeviceRows();
  const events = useLiveState((state) => state.gateEvents);
  const gates = useMemo(() => rows.filter(({ device }) => device.class === 'gate'), [rows]);
  const lastOf = useMemo(() => newestPerGate(events), [events]);
  const commands = useLiveState((state) => state.commands);
  const [gate, setGate] = useState<string>();
  const [asked, setAsked] = useState<AskedCommand>();
  return (
    <section className="panel panel--gates" id="gates" aria-labelledby={`${id}-heading`}>
      <div className="panel__head">
        <h2 id={`${id}-heading`}>{t('gates.heading')}</h2>
      </div>
      {gates.length === 0 && <p className="empty">{t('gates.none')}</p>}
      <ul className="gate-list">
        {gates.map((row) => (
          <li key={row.device.id}>
            <GateButton
              row={row}
              last={lastOf.get(row.device.id)}
              isChosen={gate === row.device.id}
              onChoose={() => setGate(gate === row.device.id ? undefined : row.device.id)}
            />
            <CommandButtons device={row.device} onAsk={setAsked} />
            <CommandLine command={commands.find(({ device }) => device === row.device.id)} />
          </li>
        ))}
      </ul>
      <CommandDialog asked={asked} onClose={() => setAsked(undefined)} />
      <PassageList events={events} gates={gates} gate={gate} onGate={setGate} />
    </section>
  );
}

interface GateButtonProps {
  row: DeviceRow;
  last: GateEvent | undefined;
  isChosen: boolean;
  onChoose: () => void;
}

function GateButton({ row, last, isChosen, onChoose }: GateButtonProps) {
  const { t } = useTranslation();
  const words = useGateEventWords();
  const time = useTimeOfDay();
  return (
    <button
      type="button"
      className="gate"
      aria-pressed={isChosen}
      data-testid={`gate-${row.device.id}`}
      data-state={row.state}
      title={t('gates.showOnly', { name: row.device.place })}
      onClick={onChoose}
    >
      <span className="gate__name">
        <bdi>{row.device.place}</bdi>
      </span>
      <StateBadge state={row.state} />
      <span className="gate__last muted">
        {last
          ? t('gates.lastEvent', { kind: words(last).what, time: time(last.capturedAt) })
          : t('gates.noEvents')}
      </span>
    </button>
  );
}

function newestPerGate(events: readonly GateEvent[]): Map<string, GateEvent> {
  const newest = new Map<string, GateEvent>();
  for (const event of events) if (!newest.has(event.device)) newest.set(event.device, event);
  return newest;
}
