import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { useAction } from '../../shared/rest/use-action.ts';

/** Acknowledging one incident: what the person saw, no later alarm. */
export interface Acknowledging {
  acknowledge: () => void;
  /** Asked, and not yet seen to have happened. */
  isSending: boolean;
  failure: Error | null;
}

/** The act of acknowledging; an alarm that comes in meanwhile asks anew, so the button is there again. */
export function useAcknowledge({ id, attention, state, version }: Incident): Acknowledging {
  const act = useAction<{ attention: number }, ActionDone>((body) => api.acknowledge(id, body));
  const isAwaited = act.isPending || (act.data !== undefined && version < act.data.version);
  const isOfThis = act.variables?.attention === attention;
  return {
    acknowledge: () => {
      if (!isAwaited || !isOfThis) act.mutate({ attention });
    },
    isSending: isAwaited && isOfThis,
    failure: state === 'new' && isOfThis ? act.error : null,
  };
}
