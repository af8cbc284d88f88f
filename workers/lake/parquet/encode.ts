import type { Table } from 'apache-arrow';
import { conform, conforms } from '../schema/conform.ts';
import { SchemaError } from '../errors.ts';
import { fillIngestedAt } from '../schema/ingested-at.ts';
import { holdsNullBooleans, readIpc, writeIpc } from './ipc.ts';
import { encodeParquet } from './parquet.ts';
import { type Part, splitByPartition } from './partition.ts';
import { fileStats } from '../stats/statistics.ts';
import { serializeStats } from '../stats/stats.ts';
import type { EncodeJob, StructField } from '../types.ts';

/** One data file, not yet stored. */
export interface EncodedPart {
  bytes: Uint8Array;
  partitionValues: Record<string, string | null>;
  stats: string;
  numRecords: number;
}

/** The data files of a job, made one at a time so that only one is in memory. @throws SchemaError */
export function* encodeParts(job: EncodeJob): Generator<EncodedPart> {
  const { schema, partitionColumns, compression } = job;
  const given = readIpc(job.ipc);
  const source = job.ingestedAt === undefined ? given : fillIngestedAt(given, job.ingestedAt);
  if (source.numRows === 0) return;
  requireNoMore(source, schema.fields);
  const unchanged = conforms(source, schema.fields) && !holdsNullBooleans(source);
  const table = unchanged ? source : conform(source, schema.fields);
  const columns = schema.fields.filter(({ name }) => !partitionColumns.includes(name));
  const keys = partitionColumns.map((name) => requireColumn(schema.fields, name));
  for (const part of splitByPartition(table, keys)) {
    requireNotNull(schema.fields, part);
    // Bytes that already say what they should go to the encoder as they came.
    const ipc = unchanged && part.table === given ? job.ipc : writeIpc(part.table);
    const bytes = encodeParquet(ipc, compression);
    const stats = fileStats(bytes, columns, part.table);
    const { partitionValues } = part;
    yield { bytes, partitionValues, stats: serializeStats(stats), numRecords: stats.numRecords };
  }
}

function requireColumn(fields: StructField[], name: string): StructField {
  const found = fields.find((column) => column.name === name);
  if (!found) throw new SchemaError(`Partition column ${name} is not in the schema.`);
  return found;
}

function requireNoMore(table: Table, fields: StructField[]): void {
  const extra = table.schema.fields.find(({ name }) => !fields.some((column) => column.name === name));
  if (extra) throw new SchemaError(`Column ${extra.name} is in the data and not in the schema.`);
}

function requireNotNull(fields: StructField[], { partitionValues, table }: Part): void {
  for (const { name, nullable } of fields) {
    const nulls = partitionValues[name] === null ? table.numRows : (table.getChild(name)?.nullCount ?? 0);
    if (!nullable && nulls > 0)
      throw new SchemaError(`Column ${name} may not be null, and ${nulls} of ${table.numRows} rows are.`);
  }
}
