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
export function liveAhead(lines: readonly WarningTransition[]): WarningTransition[] {
  const waiting = new Set<string>();
  const ahead: WarningTransition[] = [];
  let overtakes = false;
  for (const line of lines) {
    const isLive = !line.late && line.lifeSafety && line.record !== undefined;
    if (overtakes && isLive && raises.includes(line.transition) && !waiting.has(line.warning)) {
      ahead.push(line);
    } else {
      waiting.add(line.warning);
      overtakes ||= line.late;
    }
  }
  return ahead;
}
