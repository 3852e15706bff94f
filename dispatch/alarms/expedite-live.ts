import type { WarningTransition } from '#contracts/warning-transition.ts';

const raises: readonly WarningTransition['transition'][] = ['raised', 'repeated', 'worsened'];

/**
 * Transitions that are applied before their turn: live life-safety alarms that wait behind what a gateway held back
 * (DESIGN.md, promise 2: no alarm waits).
 *
 * An alarm applied early is skipped when its turn comes: its record is already on a timeline. So only transitions with a
 * record are expedited. A warning with an earlier transition waiting is not: an end must not be applied after the beginning
 * that follows it.
 *
 * @param transitions What waits, oldest first; nothing is expedited where none of it is late.
 */
export function expediteLive(transitions: readonly WarningTransition[]): WarningTransition[] {
  const waiting = new Set<string>();
  const ahead: WarningTransition[] = [];
  let overtakes = false;
  for (const transition of transitions) {
    const isLive = !transition.late && transition.lifeSafety && transition.record !== undefined;
    if (overtakes && isLive && raises.includes(transition.transition) && !waiting.has(transition.warning)) {
      ahead.push(transition);
    } else {
      waiting.add(transition.warning);
      overtakes ||= transition.late;
    }
  }
  return ahead;
}
