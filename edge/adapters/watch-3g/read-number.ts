/** A decimal number between two bounds; undefined for anything else. */
export function readNumber(text: string | undefined, minimum: number, maximum: number): number | undefined {
  if (text === undefined || !/^\s*-?\d{1,15}(\.\d{0,15})?\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value >= minimum && value <= maximum ? value : undefined;
}
