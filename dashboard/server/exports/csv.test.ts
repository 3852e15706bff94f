import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each([
  [['plain', 7, true, undefined], 'plain,7,true,'],
  [['3栋2单元501', '有人, 摔倒'], '3栋2单元501,"有人, 摔倒"'],
  [['said "help"'], '"said ""help"""'],
  [['two\r\nlines', 'two\nlines'], '"two\r\nlines","two\nlines"'],
  [[' spaces ', ''], '" spaces ",'],
])('%j is written as RFC 4180 has it', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`);
});

test.each([
  '=1+2',
  '+86 25 5550101',
  '-5',
  '@SUM(A1)',
  '＝1+2',
  '＠cmd',
  '－1',
  '＋1',
  ' =1+2',
  '\u200b=1+2',
  '\t=1+2',
  '\tx',
  '\rx',
])('text %j, which a spreadsheet would reckon with, stays text', (text) => {
  const written = csvLine([text]).slice(0, -2);
  expect(written.replace(/^"/, '').startsWith("'")).toBe(true);
  expect(written).toContain(text);
});

test.each(['a=b', '3-2-501', 'person@example.org', "it's"])('text %j is left as it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});

test('a number below zero is a number, not a formula', () => {
  expect(csvLine([-5])).toBe('-5\r\n');
});
