import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { Level } from '#contracts/facts/levels.ts';

/**
 * Whom a step notifies: its managers (its staff where it has none), the property's staff, or everyone, which is staff and
 * responders.
 */
export type StepAudience = 'managers' | 'staff' | 'everyone';

/** One step of an escalation: who is notified how, and how long after the step before. */
export interface EscalationStep {
  /** Wait after the step before, in ms; 0 for the first. */
  afterMs: number;
  to: StepAudience;
  channels: readonly string[];
  /** How insistent the message is, 1 (first word) to 3. */
  insistence: 1 | 2 | 3;
}

/**
 * Steps in their order; the last is repeated. After one wait more nobody answers: the incident says so, and the last
 * step is repeated until somebody does.
 */
export interface EscalationPolicy {
  steps: readonly EscalationStep[];
  /** How often the last step is repeated before nobody answers. */
  repeats: number;
  /** How often the last step is repeated while nobody answers, in ms; undefined where it ends with its steps. */
  repeatMs: number | undefined;
}

/**
 * The policies by level: red and orange insist until somebody answers, yellow notifies once and is shown. Red life
 * safety has one of its own, which notifies responders with its first step, before any guard answers. What only a
 * manager can have mended goes to managers first, and to no responder.
 */
export type EscalationPolicies = Record<Level | 'red-life-safety' | 'manager', EscalationPolicy>;

/** Kinds that only a manager can have mended. */
const managerKinds: readonly IncidentKind[] = ['detector-unread'];

/**
 * The default policies: every step goes by every channel.
 *
 * @param options `stepMs` is the wait between steps, `repeatMs` while nobody answers; `channels`: their names.
 */
export function createPolicies(options: {
  stepMs: number;
  repeats: number;
  repeatMs: number;
  channels: readonly string[];
}): EscalationPolicies {
  const { stepMs, repeats, repeatMs, channels } = options;
  const step = (afterMs: number, to: StepAudience, insistence: 1 | 2 | 3): EscalationStep => ({
    afterMs,
    to,
    channels,
    insistence,
  });
  const insisting = (first: StepAudience): EscalationPolicy => ({
    steps: [step(0, first, 1), step(stepMs, 'everyone', 2), step(stepMs, 'everyone', 3)],
    repeats,
    repeatMs,
  });
  const telling: EscalationPolicy = { steps: [step(0, 'staff', 1)], repeats: 0, repeatMs: undefined };
  return {
    'red-life-safety': insisting('everyone'),
    manager: {
      ...insisting('staff'),
      steps: [step(0, 'managers', 1), step(stepMs, 'staff', 2), step(stepMs, 'staff', 3)],
    },
    red: insisting('staff'),
    orange: insisting('staff'),
    yellow: telling,
    blue: telling,
  };
}

/** The policy of an incident. */
export function policyOf(
  policies: EscalationPolicies,
  incident: { level: Level; life_safety: number; kind: IncidentKind },
): EscalationPolicy {
  if (managerKinds.includes(incident.kind)) return policies.manager;
  const isRedLifeSafety = incident.level === 'red' && incident.life_safety === 1;
  return policies[isRedLifeSafety ? 'red-life-safety' : incident.level];
}

/**
 * Number of the step with which nobody answers, counted from 0 and through the repeats; undefined where a policy does
 * not insist.
 */
export function unansweredStep({ steps, repeats, repeatMs }: EscalationPolicy): number | undefined {
  return repeatMs === undefined ? undefined : steps.length + repeats;
}

/** The step of a number, counted from 0 and through the repeats; undefined after the last of one that does not insist. */
export function stepOf(policy: EscalationPolicy, number: number): EscalationStep | undefined {
  const last = policy.steps.length - 1 + policy.repeats;
  const isPastEnd = number > last && policy.repeatMs === undefined;
  return isPastEnd ? undefined : policy.steps[Math.min(number, policy.steps.length - 1)];
}

/** Wait after the step of a number until the next is due, in ms; undefined where there is none. */
export function waitAfter(policy: EscalationPolicy, number: number): number | undefined {
  const unanswered = unansweredStep(policy);
  if (unanswered !== undefined && number >= unanswered) return policy.repeatMs;
  return stepOf(policy, number + 1)?.afterMs;
}

/** The longest wait of all policies, in ms. */
export function longestWait(policies: EscalationPolicies): number {
  return Math.max(
    ...Object.values(policies).flatMap(({ steps, repeatMs = 0 }) => [
      repeatMs,
      ...steps.map((step) => step.afterMs),
    ]),
  );
}
