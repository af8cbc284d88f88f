import { beforeAll, describe, expect, it } from 'vitest';
import { appendRows } from '../../../../workers/lake/operations/append.ts';
import { mergeRows } from '../../../../workers/lake/operations/merge.ts';
import { setProperties } from '../../../../workers/lake/operations/properties.ts';
import { replacePartitions } from '../../../../workers/lake/operations/replace-partitions.ts';
import { replaceWhere } from '../../../../workers/lake/operations/replace-where.ts';
import type { RowPorts } from '../../../../workers/lake/operations/rows.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { CommitResult, RowEngine } from '../../../../workers/lake/types.ts';
import { loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', day: 'date' });
const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'day', type: 'DATE' },
];
const ROW = "SELECT 7::BIGINT AS id, DATE '2025-01-02' AS day";
const TXN = { txn: { appId: 'daily', version: 4 } };

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

type Writer = (made: LabTable, ports: RowPorts) => Promise<CommitResult>;

async function source(made: LabTable) {
  const ipc = await made.ipc(ROW);
  return { columns: COLUMNS, ipc: ipc ? [ipc] : [] };
}

/** Each adds row 7 as transaction 4. */
const WRITERS: Record<string, Writer> = {
  append: async (made, ports) => appendRows(made.log, ports, await source(made), { commit: TXN }),
  replaceWhere: async (made, ports) =>
    replaceWhere(made.log, ports, 'id > 5', await source(made), { commit: TXN }),
  replacePartitions: async (made, ports) =>
    replacePartitions(made.log, ports, await source(made), { commit: TXN }),
  merge: async (made, ports) =>
    mergeRows(
      made.log,
      ports,
      { source: await source(made), on: ['id'], whenNotMatched: {} },
      { commit: TXN },
    ),
};

async function days(): Promise<LabTable> {
  const made = await LabTable.create(rows, SCHEMA, { partitionColumns: ['day'] });
  await made.append("SELECT 1::BIGINT AS id, DATE '2025-01-01' AS day");
  return made;
}

/** Replaces what the store does with the next commit, once. */
function atNextCommit(made: LabTable, act: (commit: () => Promise<boolean>) => Promise<boolean>): void {
  const { store } = made;
  const putIfAbsent = store.putIfAbsent.bind(store);
  store.putIfAbsent = (path, bytes) => {
    store.putIfAbsent = putIfAbsent;
    return act(() => putIfAbsent(path, bytes));
  };
}

describe.each(Object.entries(WRITERS))('%s with a transaction', (_, write) => {
  const expected = ['1|2025-01-01', '7|2025-01-02'];

  it('is done once when it is tried again after a conflict', async () => {
    const made = await days();
    const rival = () => setProperties(made.other().log, { owner: 'rival' });
    const ports = watchPorts(made.ports, { encode: once(rival) });
    await expect(write(made, ports)).rejects.toMatchObject({ name: 'MetadataChangedError' });
    expect(await made.stored()).toHaveLength(1);
    expect(await write(made, ports)).toMatchObject({ committed: true, version: 3 });
    expect(await write(made, ports)).toMatchObject({ committed: false, version: 3 });
    expect(await made.read()).toEqual(expected);
  });

  it('is done once when the writer died between its files and its commit', async () => {
    const made = await days();
    atNextCommit(made, () => Promise.reject(new Error('killed')));
    await expect(write(made, made.ports)).rejects.toThrow('killed');
    // Nobody knows whether the commit came through: the files stay until a vacuum does.
    expect(await made.stored()).toHaveLength(2);
    expect(await made.read()).toEqual(['1|2025-01-01']);
    expect(await write(made, made.ports)).toMatchObject({ committed: true });
    expect(await made.read()).toEqual(expected);
  });

  it('is done once when the writer died after its commit, and its files are there', async () => {
    const made = await days();
    atNextCommit(made, async (commit) => {
      await commit();
      throw new Error('killed');
    });
    await expect(write(made, made.ports)).rejects.toThrow('killed');
    expect(await write(made, made.ports)).toMatchObject({ committed: false });
    expect(await made.read()).toEqual(expected);
  });

  it('is done once when another writer does the same meanwhile', async () => {
    const made = await days();
    const twin = made.other();
    const ports = watchPorts(made.ports, { encode: once(() => write(twin, made.ports)) });
    expect(await write(made, ports)).toMatchObject({ committed: false, version: 2 });
    expect(await made.read()).toEqual(expected);
    expect(await made.stored()).toHaveLength(2);
  });
});
