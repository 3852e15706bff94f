import { useTranslation } from 'react-i18next';
import { type CommandView, commandReasons } from '#contracts/command.ts';
import type { DeviceAction } from '#contracts/facts/device-classes.ts';
import type { DeviceView } from '#contracts/rest.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { useMay } from '../page/use-may.ts';
import type { AskedCommand } from './command-dialog.tsx';
import { actionsOf, isDeviceAction } from './device-actions.ts';

/** What a test finds a button by. */
const testIds = {
  'open-door': 'open',
  'lock-door': 'lock',
  'start-siren': 'start',
  'stop-siren': 'stop',
} as const satisfies Record<DeviceAction, string>;

interface CommandButtonsProps {
  device: DeviceView;
  onAsk: (asked: AskedCommand) => void;
}

/** A button for every action that may be asked of a device; none where the viewer may ask for nothing. */
export function CommandButtons({ device, onAsk }: CommandButtonsProps) {
  const { t } = useTranslation();
  const may = useMay();
  if (!may.command) return null;
  return actionsOf(device.class).map((action) => (
    <button
      key={action}
      type="button"
      className="command-button"
      aria-label={t(`command.named.${action}`, { name: device.place })}
      data-testid={`${testIds[action]}-${device.id}`}
      onClick={() => onAsk({ device, action })}
    >
      {t(`command.action.${action}`)}
    </button>
  ));
}

/** How far the last command to a device came, who asked for it and why; nothing where there was none. */
export function CommandLine({ command }: { command: CommandView | undefined }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const state = command && stateWords(command, t);
  const because = command?.because;
  const reason =
    because && t(`command.reason.${commandReasons.find((known) => known === because) ?? 'other'}`);
  const what = reason ? t('command.because', { state, reason }) : state;
  // The region stands before its first words, so that a screen reader reads them out.
  return (
    <p className="command-line" role="status" data-state={command?.state} data-testid="command">
      {command &&
        t('command.line', {
          what,
          who: command.actorName,
          why: command.reason,
          time: time(command.issuedAt, 'seconds'),
        })}
    </p>
  );
}

function stateWords({ state, action }: CommandView, t: ReturnType<typeof useTranslation>['t']): string {
  if (!isDeviceAction(action)) return t(`command.state.${state}`);
  if (state === 'done') return t(`command.done.${action}`);
  // At a gate its button already says what was asked; a siren has two.
  return t('command.stateOf', { act: t(`command.action.${action}`), state: t(`command.state.${state}`) });
}
