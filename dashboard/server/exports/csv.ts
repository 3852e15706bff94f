/** A value of one cell; undefined is an empty one. */
export type Cell = string | number | boolean | undefined;

/** Byte order mark: without it spreadsheet programs in China read the file as GBK and show rubbish. */
export const byteOrderMark = '\ufeff';

/**
 * A line of CSV as RFC 4180 has it, with its line break.
 *
 * Text that a spreadsheet program would take for a formula gets an apostrophe before it, which the program does
 * not show: a note of "=HYPERLINK(…)" must not act on the machine of who audits.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** First signs of a formula, also as a Chinese keyboard types them, and what programs skip before looking at them. */
const formula = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r]/u;
const special = /[",\r\n]|^\s|\s$/;

function csvCell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
