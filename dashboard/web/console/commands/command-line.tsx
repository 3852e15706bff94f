import { useTranslation } from 'react-i18next';
import { type CommandView, commandReasons } from '#contracts/command.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { isAskedAction } from './device-actions.ts';

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
  if (!isAskedAction(action)) return t(`command.state.${state}`);
  if (state === 'done') return t(`command.done.${action}`);
  // At a gate its button already says what was asked; a siren has two.
  return t('command.stateOf', { act: t(`command.action.${action}`), state: t(`command.state.${state}`) });
}
