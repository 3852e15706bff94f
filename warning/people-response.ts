import { isHoldingKind } from '#contracts/facts/event-kinds.ts';
import { outcomes } from '#contracts/incident.ts';
import type { ActiveWarnings } from './active-warnings.ts';
import { isCrowd } from './rules/alarm.ts';
import type { JournalledIncidentChange } from './rules/rule.ts';
import type { Warning } from './warning.ts';
import { isActive, nextValidity } from './warning-lifecycle.ts';
import type { Cause } from './write-transition.ts';

const outcomeWords = {
  real: { zh: '属实', en: 'real' },
  false: { zh: '误报', en: 'false' },
  test: { zh: '测试', en: 'a test' },
  drill: { zh: '演练', en: 'a drill' },
} as const;

/**
 * True where the condition outlives its incident. Only what the device's own gateway said does: another one's word would
 * let an intruder ring every 10 minutes for ever, for what nobody but the own gateway can end. What was taken out never
 * says its end.
 */
function holdsOn(warning: Warning): boolean {
  const { kind, late, saidByOther, takenOut } = warning;
  return isHoldingKind(kind) && !late && !saidByOther && !takenOut && !isCrowd(warning);
}

/**
 * Applies people's actions on an incident to its warnings: acknowledged is acknowledged;
 * resolved says what it was and ends the condition, so that the next alarm is a warning of its own and never
 * falls silently on what is over. But smoke that its device still says is not over: it holds until that device
 * says so, and a further report of it opens the incident again (DESIGN.md, promise 7).
 */
export function applyPeopleResponse(
  entry: JournalledIncidentChange,
  warnings: ActiveWarnings,
  cause: Cause,
): void {
  for (const id of entry.warnings) {
    const warning = warnings.find(id);
    if (!warning) continue;
    const values = { incident: entry.incident, change: entry.change };
    if (entry.transition === 'acknowledged') {
      warnings.acknowledge(warning, { zh: '已有人确认', en: 'Acknowledged', values }, cause);
    }
    if (entry.transition === 'reopened') warnings.reopen(warning);
    if (entry.transition !== 'resolved') continue;
    const outcome = outcomes.find((known) => known === entry.outcome);
    const validity = outcome && nextValidity(warning.validity, outcome);
    if (validity) {
      const words = outcomeWords[validity];
      const evidence = {
        zh: `核实为${words.zh}`,
        en: `Found to be ${words.en}`,
        values: { ...values, validity },
      };
      warnings.validate(warning, validity, evidence, cause);
    }
    if (!isActive(warning.state)) continue;
    if (holdsOn(warning)) warnings.hold(warning);
    else
      warnings.clear(
        { warning, evidence: { zh: '警情已处置完毕', en: 'Incident resolved', values } },
        cause,
        true,
      );
  }
}
