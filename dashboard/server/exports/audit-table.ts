import type { AuditRow } from '../audit/audit.ts';
import { type ExportScope, type ExportTable, pageRows } from './export-table.ts';

const columns = {
  at: '时间（UTC）',
  localTime: '当地时间',
  person: '人员编号',
  login: '账号',
  action: '操作',
  object: '对象',
  outcome: '结果',
  request: '请求编号',
  address: '来源地址',
  place: '值守墙',
};

/** The audit log of a community: who looked at what and did what; people by their ids, as they stand in it. */
export function auditTable(scope: ExportScope): ExportTable {
  return { columns, pages: readPages(scope) };
}

async function* readPages({ audit, community, time, instants }: ExportScope): ExportTable['pages'] {
  let after: AuditRow | undefined;
  do {
    const rows: AuditRow[] = await audit.between({ community, ...time }, pageRows, after);
    yield rows.map(({ at, id: _id, community: _own, ...line }) => ({ ...instants(at), ...line }));
    after = rows.at(-1);
  } while (after);
}
