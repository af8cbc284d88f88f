import { parquetMetadata } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { FormatError } from '../errors.ts';

/** Statistics of one column over all row groups, bounds as the bytes of Parquet's plain encoding. */
export interface ColumnStatistics {
  nullCount: number | undefined;
  /** One bound per row group that has values; undefined when some row group with values has none. */
  minBytes: Uint8Array[] | undefined;
  maxBytes: Uint8Array[] | undefined;
}

export interface Footer {
  numRows: number;
  numRowGroups: number;
  /** Top-level columns only, by name. */
  columns: Map<string, ColumnStatistics>;
}

interface RawStatistics {
  field_3?: bigint | number;
  field_5?: Uint8Array;
  field_6?: Uint8Array;
}

/**
 * Reads what statistics need from a Parquet footer. The bounds are taken raw, because the reader's own conversion turns
 * decimals into floats and so loses digits beyond 2^53.
 * @throws FormatError
 */
export function readFooter(file: Uint8Array): Footer {
  const rows = readRowGroups(file);
  const columns = new Map<string, ColumnStatistics>();
  for (const group of rows.groups) {
    for (const { path, numValues, statistics } of group) {
      if (path.length !== 1) continue;
      const name = path[0] ?? '';
      columns.set(name, mergeStatistics(columns.get(name), numValues, statistics));
    }
  }
  return { numRows: rows.numRows, numRowGroups: rows.groups.length, columns };
}

interface RawColumn {
  path: string[];
  numValues: number;
  statistics: RawStatistics | undefined;
}

function readRowGroups(file: Uint8Array): { numRows: number; groups: RawColumn[][] } {
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const length = view.getUint32(file.byteLength - 8, true);
    const raw = deserializeTCompactProtocol({ view, offset: file.byteLength - 8 - length });
    const { num_rows, row_groups } = parquetMetadata(file);
    const groups = row_groups.map(({ columns }, group) =>
      columns.map(({ meta_data }, column) => ({
        path: meta_data?.path_in_schema ?? [],
        numValues: Number(meta_data?.num_values ?? 0),
        statistics: raw.field_4?.[group]?.field_1?.[column]?.field_3?.field_12 as RawStatistics | undefined,
      })),
    );
    return { numRows: Number(num_rows), groups };
  } catch (cause) {
    throw new FormatError(`The Parquet footer cannot be read (${file.byteLength} bytes).`, { cause });
  }
}

function mergeStatistics(
  sum: ColumnStatistics | undefined,
  numValues: number,
  statistics: RawStatistics | undefined,
): ColumnStatistics {
  const base = sum ?? { nullCount: 0, minBytes: [], maxBytes: [] };
  const nulls = statistics?.field_3 === undefined ? undefined : Number(statistics.field_3);
  const nullCount = nulls === undefined || base.nullCount === undefined ? undefined : base.nullCount + nulls;
  if (nulls === numValues) return { ...base, nullCount };
  return {
    nullCount,
    minBytes: addBound(base.minBytes, statistics?.field_6),
    maxBytes: addBound(base.maxBytes, statistics?.field_5),
  };
}

function addBound(bounds: Uint8Array[] | undefined, bound: Uint8Array | undefined): Uint8Array[] | undefined {
  return bounds && bound ? [...bounds, bound] : undefined;
}
