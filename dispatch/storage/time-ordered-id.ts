/**
 * A UUID that sorts by time (version 7 of RFC 9562). What is written together then lies together on disk: the messages of
 * one step touch one page of an index instead of one page each.
 *
 * @param at Epoch ms.
 */
export function timeOrderedUuid(at: number): string {
  const time = Math.max(0, at).toString(16).padStart(12, '0');
  // The random part of version 4 without its version digit.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
