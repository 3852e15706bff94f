import type { WarningTransition } from '#contracts/warning-transition.ts';

const raises: readonly WarningTransition['transition'][] = ['raised', 'repeated', 'worsened'];

/**
 * Lines that are taken before those in front of them: live alarms of life safety that wait behind what a gateway held
 * back (DESIGN.md, promise 2: no alarm waits). Met again in their place they stand already, since a record stands
 * once; so only lines of a record are taken, and none whose warning has an earlier line waiting, because an end must
 * not come after the beginning that follows it.
 *
 * @param lines What waits, oldest first; where none of it is late, nothing is to be overtaken.
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
