import type { CommandAction } from '#contracts/command.ts';
import { createValidator } from '#contracts/validate.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import { EdgeError } from '../errors.ts';
import { type CommandAnswer, CommandRequest, flowCommandTtlMs } from './feed-messages.ts';

/**
 * Has a flow's command carried out and settles with what became of it.
 *
 * @throws {EdgeError} `FLOW_REQUEST_INVALID`, `FLOW_ACTION_REFUSED` or `FLOW_RATE_EXCEEDED`; nothing was done.
 */
export type FlowCommands = (asked: unknown) => Promise<CommandAnswer>;

const checkRequest = createValidator(CommandRequest);

/**
 * Creates the road of flows to the gateway's devices.
 *
 * @param actions What flows may ask for; everything else is refused.
 * @param mayAct False where flows asked too much for now.
 */
export function createFlowCommands(options: {
  runner: Pick<CommandRunner, 'receiveLocal' | 'find'>;
  actions: readonly CommandAction[];
  mayActuate(): boolean;
}): FlowCommands {
  const { runner, actions, mayActuate } = options;
  return async (asked) => {
    const checked = checkRequest(asked);
    if (!checked.ok) throw new EdgeError('FLOW_REQUEST_INVALID', `${checked.path} ${checked.expected}`);
    const { request, device, action, ageMs } = checked.value;
    if (!actions.includes(action)) {
      const allowed = actions.join(', ') || 'nothing';
      throw new EdgeError('FLOW_ACTION_REFUSED', `EDGE_FLOW_ACTIONS allows ${allowed}, not ${action}`);
    }
    const id = `c-${request}`;
    const before = runner.find(id);
    if (before && before.device !== device) {
      throw new EdgeError('FLOW_REQUEST_INVALID', `/request was used for ${before.device} before`);
    }
    // What is only asked about again is no further command.
    if (!before && !mayActuate()) {
      throw new EdgeError(
        'FLOW_RATE_EXCEEDED',
        'flows asked more than EDGE_FLOW_MAX_COMMANDS_PER_MINUTE allows',
      );
    }
    const { result, reason } = await runner.receiveLocal({
      id,
      device,
      action,
      ageMs,
      ttlMs: flowCommandTtlMs,
    });
    return { result, ...(reason !== undefined && { reason }) };
  };
}

/** Reads `EDGE_FLOW_ACTIONS`. */
export function readFlowActions(text: string): CommandAction[] {
  return text.split(',').filter(Boolean) as CommandAction[];
}
