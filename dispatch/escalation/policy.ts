import type { Level } from '#contracts/levels.ts';
import type { IncidentKind } from '#contracts/notices.ts';
import type { ChannelName } from '../channels/channel.ts';

/**
 * Whom a step tells: its managers (its staff where it has none), the property's staff, or everyone, which is staff and
 * responders.
 */
export type StepAudience = 'managers' | 'staff' | 'everyone';

/** One step of an escalation: who is told how, and how long after the step before. */
export interface EscalationStep {
  /** Wait after the step before, in ms; 0 for the first. */
  afterMs: number;
  to: StepAudience;
  channels: readonly ChannelName[];
  /** How insistent the message is, 1 (first word) to 3. */
  insistence: 1 | 2 | 3;
}

/** Steps in their order; the last is repeated, and after one wait more nobody was reached. */
export interface EscalationPolicy {
  steps: readonly EscalationStep[];
  /** How often the last step is repeated. */
  repeats: number;
  /** True where an unanswered end opens the incident `nobody-reached`. */
  endsInIncident: boolean;
}

/**
 * The policies by level: red and orange insist until somebody answers, yellow is told once and shown. Red life
 * safety has one of its own, which tells responders with the first word: their phones wait for no guard. What only a
 * manager can have mended goes to managers first, and to no responder.
 */
export type EscalationPolicies = Record<Level | 'red-life-safety' | 'manager', EscalationPolicy>;

/** Kinds that only a manager can have mended. */
const managerKinds: readonly IncidentKind[] = ['detector-unread'];

/** The default policies. @param options `stepMs` is the wait between steps. */
export function createPolicies(options: { stepMs: number; repeats: number }): EscalationPolicies {
  const { stepMs, repeats } = options;
  const step = (afterMs: number, to: StepAudience, insistence: 1 | 2 | 3): EscalationStep => ({
    afterMs,
    to,
    channels: ['in-app'],
    insistence,
  });
  const insisting = (first: StepAudience): EscalationPolicy => ({
    steps: [step(0, first, 1), step(stepMs, 'everyone', 2), step(stepMs, 'everyone', 3)],
    repeats,
    endsInIncident: true,
  });
  const telling: EscalationPolicy = { steps: [step(0, 'staff', 1)], repeats: 0, endsInIncident: false };
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

/** The step of a number, counted from 0 and through the repeats; undefined after the last. */
export function stepOf(policy: EscalationPolicy, number: number): EscalationStep | undefined {
  const last = policy.steps.length - 1 + policy.repeats;
  return number > last ? undefined : policy.steps[Math.min(number, policy.steps.length - 1)];
}

/** Wait after the step of a number until the next is due or, after the last, until nobody was reached. */
export function waitAfter(policy: EscalationPolicy, number: number): number | undefined {
  const next = stepOf(policy, number + 1);
  if (next) return next.afterMs;
  return policy.endsInIncident ? policy.steps.at(-1)?.afterMs : undefined;
}

/** The longest wait of all policies, in ms. */
export function longestWait(policies: EscalationPolicies): number {
  return Math.max(...Object.values(policies).flatMap(({ steps }) => steps.map((step) => step.afterMs)));
}
