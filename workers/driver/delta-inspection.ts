/** A Delta table that was found, in the words of the page. */
import type { DeltaInspection } from '../api.ts';
import type { FoundTable } from '../lake/archive/delta-source.ts';
import { readEngineInfo } from '../lake/archive/import-table.ts';
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';

/** What it is; its log has been read, its data files have not. */
export async function inspectTable(found: FoundTable): Promise<DeltaInspection> {
  const { version, files, numRecords, sizeInBytes, schema, metadata } = found.files.snapshot;
  return {
    suggestedName: found.suggestedName,
    version,
    numFiles: files.length,
    numRecords: numRecords ?? null,
    sizeInBytes,
    columns: schema.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) })),
    partitionColumns: metadata.partitionColumns,
    engineInfo: await readEngineInfo(found),
  };
}
