import { useTranslation } from 'react-i18next';
import type { DeviceAction } from '#contracts/facts/device-classes.ts';
import type { DeviceView } from '#contracts/rest.ts';
import { useMay } from '../page/use-may.ts';
import type { AskedCommand } from './command-dialog.tsx';
import { actionsOf } from './device-actions.ts';

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
