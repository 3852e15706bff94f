import type { CommunityPlan } from './community-plan.ts';
import { RegistryError } from './errors.ts';
import { withReadAddresses } from './plan-addresses.ts';
import { pathWords, referenceFaults } from './plan-references.ts';
import { shapeFaults } from './plan-shape.ts';
import { decodePlan } from './plan-text.ts';
import { type PlacedFault, parsePlan } from './plan-tree.ts';

/** Most faults of a plan that are listed; of the others the number is given. */
export const maxListedFaults = 100;

/**
 * Reads a community plan.
 *
 * @param file Its name, for messages.
 * @returns The plan, every device's address as its adapter writes it.
 * @throws {RegistryError} `REGISTRY_PLAN_INVALID`; its message has a line for each fault, all of them at once: file,
 * line, column, field, what is wrong and what was most likely meant.
 */
export function readPlan(bytes: Uint8Array, file: string): CommunityPlan {
  const decoded = decodePlan(bytes);
  if (!decoded.ok) throw new RegistryError('REGISTRY_PLAN_INVALID', `${file} ${decoded.words}`);
  const parsed = parsePlan(decoded.text);
  if (!parsed.ok) throw refusal(file, parsed.faults);
  const { tree } = parsed;
  const faults = [...shapeFaults(tree.value), ...referenceFaults(tree.value)];
  if (faults.length > 0) throw refusal(file, tree.place(faults));
  return withReadAddresses(tree.value as CommunityPlan);
}

function refusal(file: string, faults: readonly PlacedFault[]): RegistryError {
  const lines = faults
    .slice(0, maxListedFaults)
    .map(
      ({ line, column, path, words }) =>
        `${file}:${line}:${column} ${[pathWords(path), words].filter(Boolean).join(': ')}`,
    );
  const more = faults.length > maxListedFaults ? [`and ${faults.length - maxListedFaults} more`] : [];
  return new RegistryError('REGISTRY_PLAN_INVALID', [...lines, ...more].join('\n'));
}
