import { useTranslation } from 'react-i18next';
import { type CommandView, commandReasons } from '#contracts/command.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';

/** How far the last command to a gate came, who asked for it and why; nothing where there was none. */
export function CommandLine({ command }: { command: CommandView | undefined }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const state = command && t(`command.state.${command.state}`);
  const because = command?.because;
  const reason =
    because && t(`command.reason.${commandReasons.find((known) => known === because) ?? 'other'}`);
  const what = reason ? t('command.because', { state, reason }) : state;
  // The region stands before its first words, so that a screen reader reads them out.
  return (
    <p className="gate__command" role="status" data-state={command?.state} data-testid="command">
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
