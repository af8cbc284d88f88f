import type { TableLog } from '../log/table-log.ts';
import { readIpc } from '../parquet/ipc.ts';
import type { AddFile, RowSession, Snapshot } from '../types.ts';
import { type RowPorts, columnsOf, mapAhead } from './rows.ts';

/**
 * Lays the rows of files into one private table, with all columns of the snapshot, and counts them. Only a few files are in this
 * thread's memory at a time.
 * @throws DataFileError, SchemaError
 */
export async function loadFiles(
  log: TableLog,
  { codec, signal }: Pick<RowPorts, 'codec' | 'signal'>,
  session: RowSession,
  table: string,
  { schema, metadata }: Snapshot,
  files: AddFile[],
): Promise<number> {
  const { partitionColumns } = metadata;
  const columns = columnsOf(schema);
  const decode = (add: AddFile) =>
    codec.decode({ tablePath: log.path, add, schema, partitionColumns, columns: null }, signal);
  let rows = 0;
  await session.load(table, columns, []);
  for await (const { result } of mapAhead(files, decode)) {
    // Loading takes the bytes away.
    rows += readIpc(result).numRows;
    await session.load(table, columns, [result]);
  }
  return rows;
}
