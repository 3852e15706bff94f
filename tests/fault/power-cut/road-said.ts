/** What the recorded road says: each on a line of JSON, at the moment from which somebody else may rest on it. */
export type Said =
  /** Its gateway lets go of every alarm up to this one. */
  | { said: 'acknowledged'; sequence: number }
  /** A line of the warning log can be read, by dispatch for one. */
  | { said: 'warned'; sequence: number; warning: string; record?: string }
  /** The line of the incident log that pages and ingest are told of. */
  | { said: 'changed'; incident: string; change: number }
  /** A person was answered that their act was done. */
  | { said: 'answered'; request: string; incident: string };

/** What was said of one kind. */
export function saidOf<K extends Said['said']>(
  lines: readonly string[],
  kind: K,
): Extract<Said, { said: K }>[] {
  return lines
    .map((line) => JSON.parse(line) as Said)
    .filter((one): one is Extract<Said, { said: K }> => one.said === kind);
}
