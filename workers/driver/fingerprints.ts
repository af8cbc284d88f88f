import type { Fingerprint, LabName } from '../api.ts';
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';
import { fingerprintSql } from '../warehouse/fingerprint.ts';
import { quoteIdentifier } from '../warehouse/sql-text.ts';
import type { Rooms } from './rooms.ts';

/** The fingerprint of one table, `schema.name`, as it is now. */
export async function fingerprintTable(
  { lake, warehouse }: Rooms,
  lab: LabName,
  table: string,
  run: { signal?: AbortSignal; priority?: 'interactive' | 'batch' } = {},
): Promise<Fingerprint> {
  const [schema = '', name = ''] = table.split('.');
  const snapshot = await lake.table({ lab, schema, name }).snapshot();
  const columns = snapshot.schema.fields.map((column) => ({
    name: column.name,
    type: duckdbTypeOf(column.type),
  }));
  const relation = [lab, schema, name].map(quoteIdentifier).join('.');
  const [row] = await warehouse.rows(fingerprintSql(relation, columns), { catalog: lab, ...run });
  return String(row?.fingerprint);
}
