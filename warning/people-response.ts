import { outcomes } from '#contracts/incident.ts';
import type { IncidentLine } from './rules/rule.ts';
import type { Cause, WarningBook } from './warning-book.ts';
import { isActive, nextValidity } from './warning-lifecycle.ts';

const outcomeWords = {
  real: { zh: '属实', en: 'real' },
  false: { zh: '误报', en: 'false' },
  test: { zh: '测试', en: 'a test' },
  drill: { zh: '演练', en: 'a drill' },
} as const;

/**
 * What people did to an incident, done to the warnings that stand on it: acknowledged is acknowledged;
 * resolved says what it was and ends the condition, whether or not a device says so too, so that the next
 * alarm is a warning of its own and never falls silently on what is over.
 */
export function applyPeopleResponse(entry: IncidentLine, book: WarningBook, cause: Cause): void {
  for (const id of entry.warnings) {
    const warning = book.find(id);
    if (!warning) continue;
    const values = { incident: entry.incident, change: entry.change };
    if (entry.transition === 'acknowledged') {
      book.acknowledge(warning, { zh: '已有人确认', en: 'Acknowledged', values }, cause);
    }
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
      book.validate(warning, validity, evidence, cause);
    }
    if (isActive(warning.state)) {
      book.clear({ warning, evidence: { zh: '警情已处置完毕', en: 'Incident resolved', values } }, cause);
    }
  }
}
