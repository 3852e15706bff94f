import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';

/** A sentence in both languages of the pages. */
export interface Words {
  zh: string;
  en: string;
}

/** Longest sentence the contracts take, in characters. */
const maxWordsLength = 500;

/** Stands before what another gateway than the device's own said. */
export const otherGatewayMark: Words = {
  zh: '由另一网关上报，请核实：',
  en: 'Said by another gateway, verify: ',
};

/** What an incident is about, in one sentence; drills, what another gateway said and late alarms say so before anything else. */
export function summaryOf(incident: {
  kind: IncidentKind;
  label: string;
  late: boolean;
  drill: boolean;
  saidByOther?: boolean;
}): Words {
  const { zh, en } = kindWords[incident.kind];
  const marks: Words[] = [];
  if (incident.drill) marks.push({ zh: '【演练】', en: '[Drill] ' });
  if (incident.saidByOther) marks.push(otherGatewayMark);
  if (incident.late) marks.push({ zh: '迟到，需核实：', en: 'Late, verify: ' });
  return clipWords({
    zh: `${marks.map((mark) => mark.zh).join('')}${zh}：${incident.label}`,
    en: `${marks.map((mark) => mark.en).join('')}${en}: ${incident.label}`,
  });
}

/** Cuts words to what the contracts take. */
export function clipWords({ zh, en }: Words): Words {
  return { zh: clip(zh, maxWordsLength), en: clip(en, maxWordsLength) };
}

/** Cuts a text to `length` UTF-16 units without splitting a character. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const splitsPair = /[\uD800-\uDBFF]$/.test(text.slice(0, length - 1));
  return `${text.slice(0, splitsPair ? length - 2 : length - 1)}…`;
}
