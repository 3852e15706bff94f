import type { Incident, TimelineEntry } from '#contracts/incident.ts';
import type { ExportRow, ExportScope, ExportTable } from './export-table.ts';

const columns = {
  number: '警情编号',
  incidentKind: '警情种类代码',
  incidentWhat: '警情种类',
  level: '级别',
  drill: '演练',
  place: '位置',
  state: '状态',
  unanswered: '无人应答',
  outcome: '处置结论',
  holding: '设备仍在报警',
  takenOut: '已移出登记，现状无从得知',
  sequence: '序号',
  at: '时间（UTC）',
  localTime: '当地时间',
  type: '记录类型',
  words: '记录',
  actor: '操作人',
  kind: '报警种类代码',
  possibleRepeat: '可能是重复发送',
  saidByOther: '由另一网关上报',
};

/** Incidents read at once; each comes with its whole timeline. */
const pageIncidents = 20;

/** Incidents opened in the time, a row for each line of their timelines. */
export function incidentTable(scope: ExportScope): ExportTable {
  return { columns, pages: readPages(scope) };
}

async function* readPages(scope: ExportScope): ExportTable['pages'] {
  const { incidents, community, query } = scope;
  const [from, to] = [query.from, query.to].map((day) => day.replaceAll('-', '')) as [string, string];
  let after: string | undefined;
  do {
    const options = { from, to, limit: pageIncidents, ...(after !== undefined && { after }) };
    const found: Incident[] = await incidents.ofDays(community, options);
    for (const incident of found) {
      const timeline = await incidents.timeline(incident.id);
      yield timeline.map((entry) => rowOf(scope, incident, entry));
    }
    after = found.at(-1)?.number;
  } while (after);
}

function rowOf({ instants, words, query }: ExportScope, incident: Incident, entry: TimelineEntry): ExportRow {
  // Who reads "resolved" must see beside it what is not over, or of what nobody heard an end.
  const kindsOf = (kinds?: readonly string[]) =>
    kinds && [...new Set(kinds)].map((kind) => words(kind)).join(query.language === 'zh' ? '、' : ', ');
  return {
    number: incident.number,
    incidentKind: incident.kind,
    incidentWhat: words(incident.kind),
    level: incident.level,
    drill: incident.drill,
    place: incident.place.label,
    state: incident.state,
    unanswered: incident.unansweredSince !== undefined,
    outcome: incident.outcome,
    holding: kindsOf(incident.holding?.map(({ kind }) => kind)),
    takenOut: kindsOf(incident.takenOut),
    sequence: entry.sequence,
    ...instants(entry.at),
    type: entry.type,
    words: entry.words[query.language],
    actor: entry.actor,
    kind: entry.kind,
    possibleRepeat: entry.possibleRepeat ?? false,
    saidByOther: entry.saidByOther ?? false,
  };
}
