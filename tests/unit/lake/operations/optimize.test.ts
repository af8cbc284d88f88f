import { beforeAll, describe, expect, it } from 'vitest';
import { appendFiles } from '../../../../workers/lake/operations/append.ts';
import { packBins } from '../../../../workers/lake/operations/bins.ts';
import { layoutSql } from '../../../../workers/lake/operations/layout.ts';
import { type OptimizeOptions, optimizeTable } from '../../../../workers/lake/operations/optimize.ts';
import { columnsOf, selectRows } from '../../../../workers/lake/operations/rows.ts';
import { listDataFiles } from '../../../../workers/lake/operations/table-files.ts';
import type { OperationReport } from '../../../../workers/lake/operations/report.ts';
import { field, struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine, RowSession } from '../../../../workers/lake/types.ts';
import { PATH, loadParquet, writtenFile } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', name: 'string', amount: 'decimal(12,2)', day: 'date' });

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

/** Rows of ids `from` up to `to`; no two lie in order. */
const select = (from: number, to: number, day = '2025-01-01'): string =>
  `SELECT i AS id, CASE WHEN i % 7 <> 3 THEN 'n' || hash(i) END AS name, (i * 37 % 101)::DECIMAL(12,2) AS amount,
   DATE '${day}' AS day FROM range(${from}, ${to}) t(i) ORDER BY hash(i)`;

/** Two days; six small files on the first, one on the second. */
async function manyFiles(): Promise<LabTable> {
  const orders = await LabTable.create(rows, SCHEMA, { partitionColumns: ['day'] });
  for (let part = 0; part < 6; part += 1) await orders.append(select(part * 100, part * 100 + 100));
  await orders.append(select(600, 700, '2025-01-02'));
  return orders;
}

const optimize = (orders: LabTable, options?: OptimizeOptions): Promise<OperationReport> =>
  optimizeTable(orders.log, orders.ports, options);

const storedPaths = (orders: LabTable): Promise<string[]> => listDataFiles(orders.store, PATH, ['day']);

/** File actions of the newest commit. */
async function lastActions({ store, table }: LabTable): Promise<Record<string, { dataChange: boolean }>[]> {
  const { version } = await table.snapshot();
  const bytes = await store.read(`${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`);
  const lines = new TextDecoder().decode(bytes).trimEnd().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line));
}

/** Number of rows and sum of their hashes, whatever their order. */
async function fingerprint({ table, codec }: LabTable): Promise<string> {
  const { files, schema } = await table.snapshot();
  const session = await rows.open();
  for (const add of files) {
    const ipc = await codec.decode({ tablePath: PATH, add, schema, partitionColumns: [], columns: null });
    await session.load('t', columnsOf(schema), [ipc]);
  }
  const sql = `SELECT count(*) || '-' || sum(hash(t)::HUGEINT) AS print FROM t`;
  const [row] = await selectRows(session, sql);
  await session.close();
  return String(row?.print);
}

async function collect(session: RowSession, sql: string): Promise<Uint8Array[]> {
  const streams: Uint8Array[] = [];
  for await (const ipc of session.select(sql)) streams.push(ipc);
  return streams;
}

describe('OPTIMIZE', () => {
  it('packs the small files of each partition and changes no row', async () => {
    const orders = await manyFiles();
    const [before, files] = [await orders.read(), await orders.files()];
    const report = await optimize(orders);
    expect(report).toMatchObject({ version: 8, filesRemoved: 6, filesAdded: 1, rows: 0, versionsLost: [] });
    expect(report.paths).toEqual(files.slice(0, 6).map(({ path }) => path));
    expect(await orders.read()).toEqual(before);
    expect(await orders.read(7)).toEqual(before);
    const after = await orders.files();
    expect(after.map(({ partitionValues }) => partitionValues.day)).toEqual(['2025-01-02', '2025-01-01']);
    expect(JSON.parse(after[1]?.stats ?? '')).toMatchObject({
      numRecords: 600,
      minValues: { id: 0, amount: 0 },
      maxValues: { id: 599, amount: 100 },
    });
    expect(after[1]).toMatchObject({ dataChange: false, tags: { sha256: expect.any(String) } });
  });

  it('goes into the history as Spark words it, as no change of data', async () => {
    const orders = await manyFiles();
    const { bytesAdded, bytesRemoved } = await optimize(orders);
    const { kinds, ...info } = await orders.lastCommit();
    expect(kinds).toEqual([...Array<string>(6).fill('remove'), 'add']);
    expect(info).toMatchObject({
      operation: 'OPTIMIZE',
      isBlindAppend: false,
      operationParameters: { predicate: '[]', zOrderBy: '[]', auto: 'false' },
      operationMetrics: {
        numRemovedFiles: '6',
        numRemovedBytes: String(bytesRemoved),
        numAddedFiles: '1',
        numAddedBytes: String(bytesAdded),
        minFileSize: String(bytesAdded),
        maxFileSize: String(bytesAdded),
      },
    });
    expect(
      (await lastActions(orders)).every(({ remove, add }) => (remove ?? add)?.dataChange === false),
    ).toBe(true);
  });

  it('does nothing a second time, and says so', async () => {
    for (const options of [{}, { targetBytes: 6_000 }, { sortBy: ['id'] }, { zOrderBy: ['id', 'amount'] }]) {
      const orders = await manyFiles();
      const first = await optimize(orders, options);
      expect(first.filesRemoved).toBeGreaterThan(1);
      const second = await optimize(orders, options);
      expect(second).toMatchObject({ version: null, filesRemoved: 0, filesAdded: 0, paths: [] });
      expect((await orders.table.snapshot()).version).toBe(8);
    }
  });

  it('leaves only live files and those of former versions behind', async () => {
    const orders = await manyFiles();
    const before = await storedPaths(orders);
    const { filesAdded } = await optimize(orders, { targetBytes: 6_000 });
    expect(await storedPaths(orders)).toHaveLength(before.length + filesAdded);
  });

  it('leaves files of the target size and more alone', async () => {
    const orders = await manyFiles();
    const [{ size } = { size: 0 }] = await orders.files();
    expect(await optimize(orders, { targetBytes: size / 2 })).toMatchObject({
      version: null,
      filesRemoved: 0,
    });
    await expect(optimize(orders, { targetBytes: 0 })).rejects.toMatchObject({ name: 'InvalidOptionError' });
  });

  it('says on a dry run which files it would rewrite', async () => {
    const orders = await manyFiles();
    const report = await optimize(orders, { dryRun: true });
    expect(report).toMatchObject({ version: null, filesRemoved: 6, filesAdded: 1 });
    expect(report.paths).toHaveLength(6);
    expect((await orders.table.snapshot()).version).toBe(7);
  });

  it('reads files that are older than a column', async () => {
    const orders = await LabTable.create(rows, struct({ id: 'long' }));
    await orders.append('SELECT 1::BIGINT AS id');
    const wider = { type: 'struct' as const, fields: [field('id', 'long'), field('name', 'string')] };
    const { version, metadata } = await orders.table.snapshot();
    await orders.log.commit({
      readVersion: version,
      actions: [{ metaData: { ...metadata, schemaString: JSON.stringify(wider) } }],
      reads: 'everything',
      defaults: { operation: 'ADD COLUMNS', operationParameters: {} },
      options: {},
    });
    await orders.append(`SELECT 2::BIGINT AS id, 'b' AS name`);
    await optimize(orders);
    expect(await orders.files()).toHaveLength(1);
    expect(await orders.read()).toEqual(['1|null', '2|b']);
  });

  it('lets appends come first', async () => {
    const orders = await manyFiles();
    const other = orders.other();
    let appended = false;
    const encode = orders.codec.encode.bind(orders.codec);
    orders.codec.encode = async (job, signal) => {
      if (!appended) {
        appended = true;
        await other.append(select(700, 710));
      }
      return encode(job, signal);
    };
    expect(await optimize(orders)).toMatchObject({ version: 9, filesRemoved: 6 });
    expect(await orders.read()).toHaveLength(710);
  });

  it('gives way when a file it packs is removed, and leaves nothing behind', async () => {
    const orders = await manyFiles();
    const other = orders.other();
    const stored = await storedPaths(orders);
    const encode = orders.codec.encode.bind(orders.codec);
    orders.codec.encode = async (job, signal) => {
      await other.table.overwrite(SCHEMA, ['day'], []);
      return encode(job, signal);
    };
    await expect(optimize(orders)).rejects.toMatchObject({ name: 'ConcurrentDeleteDeleteError' });
    expect(await storedPaths(orders)).toEqual(stored);
    expect(await orders.read()).toEqual([]);
  });

  it('commits nothing when rows are missing, or when it is cancelled', async () => {
    const orders = await manyFiles();
    const stored = await storedPaths(orders);
    const encode = orders.codec.encode.bind(orders.codec);
    orders.codec.encode = async (job, signal) =>
      (await encode(job, signal)).map((file) => ({ ...file, numRecords: file.numRecords - 1 }));
    await expect(optimize(orders)).rejects.toThrow(/made 599 rows of 600/);
    orders.codec.encode = encode;
    const abort = new AbortController();
    const progress = { signal: abort.signal, expect: () => abort.abort(), advance: () => undefined };
    await expect(optimize(orders, { progress })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await storedPaths(orders)).toEqual(stored);
    expect((await orders.table.snapshot()).version).toBe(7);
  });

  it('tells how far it is', async () => {
    const orders = await manyFiles();
    const total = (await orders.files()).slice(0, 6).reduce((sum, { size }) => sum + size, 0);
    const told = { expected: 0, done: 0 };
    await optimize(orders, {
      progress: {
        signal: new AbortController().signal,
        expect: (bytes) => (told.expected = bytes),
        advance: (bytes) => (told.done += bytes),
      },
    });
    expect(told).toEqual({ expected: total, done: total });
  });
});

describe('OPTIMIZE with a layout', () => {
  const spans = async (orders: LabTable, column: string): Promise<[number, number][]> =>
    (await orders.files()).map(({ stats }) => {
      const { minValues, maxValues } = JSON.parse(stats ?? '');
      return [minValues[column], maxValues[column]];
    });

  it('sorts the rows, so that files do not overlap', async () => {
    const orders = await LabTable.create(rows, SCHEMA);
    for (const part of [0, 1])
      await orders.append(`SELECT * FROM (${select(0, 250_000)}) WHERE id % 2 = ${part}`);
    const before = await fingerprint(orders);
    const [{ size } = { size: 0 }] = await orders.files();
    await optimize(orders, { sortBy: ['id'], targetBytes: size });
    const sorted = await spans(orders, 'id');
    expect(sorted.length).toBeGreaterThan(1);
    for (const [index, [from]] of sorted.entries()) expect(from).toBe((sorted[index - 1]?.[1] ?? -1) + 1);
    expect(await fingerprint(orders)).toEqual(before);
    const { operationParameters } = await orders.lastCommit();
    expect(operationParameters).toMatchObject({ sortBy: '["id"]' });
  });

  it('lays rows along a curve that narrows every column it is told of', async () => {
    const orders = await LabTable.create(rows, struct({ x: 'long', y: 'long' }));
    await orders.append('SELECT x, y FROM range(700) a(x), range(700) b(y) ORDER BY hash(x * 700 + y)');
    const [{ size } = { size: 0 }] = await orders.files();
    await optimize(orders, { zOrderBy: ['x', 'y'], targetBytes: Math.ceil(size / 4) });
    const [xs, ys] = [await spans(orders, 'x'), await spans(orders, 'y')];
    expect(xs).toHaveLength(4);
    // A quarter of the rows is a square of half the width, and a batch is a little more than a quarter.
    expect([xs[0]?.[1], ys[0]?.[1]].sort()).toEqual([349, expect.toSatisfy((end: number) => end < 400)]);
    expect(await fingerprint(orders)).toMatch(/^490000-/);
    const { operationParameters } = await orders.lastCommit();
    expect(operationParameters).toMatchObject({ zOrderBy: '["x","y"]' });
  });

  it('makes squares of equal parts, however skewed the values are', async () => {
    const session = await rows.open();
    const schema = struct({ x: 'long', y: 'double' });
    const grid = await collect(
      session,
      'SELECT x, exp(y / 4) AS y FROM range(64) a(x), range(64) b(y) ORDER BY hash(x * 64 + y)',
    );
    await session.load('grid', columnsOf(schema), grid);
    const found = await selectRows(
      session,
      layoutSql('grid', schema, { kind: 'zorder', columns: ['x', 'y'] }),
    );
    await session.close();
    const values = found.map(({ x, y }) => [Number(x), Math.round(Math.log(Number(y)) * 4)] as const);
    for (let start = 0; start < values.length; start += 256) {
      const part = values.slice(start, start + 256);
      for (const side of [part.map(([x]) => x), part.map(([, y]) => y)])
        expect(Math.max(...side) - Math.min(...side)).toBe(15);
    }
  });

  it('rewrites a partition again when a file joins it', async () => {
    const orders = await manyFiles();
    await optimize(orders, { sortBy: ['name'] });
    await orders.append(select(700, 800));
    const report = await optimize(orders, { sortBy: ['name'] });
    expect(report).toMatchObject({ filesRemoved: 2, filesAdded: 1 });
    expect(await orders.read()).toHaveLength(800);
  });

  it('refuses columns it cannot sort by', async () => {
    const orders = await manyFiles();
    for (const options of [{ sortBy: ['none'] }, { zOrderBy: ['day'] }, { sortBy: ['id'], zOrderBy: ['id'] }])
      await expect(optimize(orders, options)).rejects.toMatchObject({ name: 'InvalidOptionError' });
  });
});

describe('OPTIMIZE of a table that may not lose rows', () => {
  it('is allowed, since no row changes', async () => {
    const orders = await LabTable.create(rows, SCHEMA, { configuration: { 'delta.appendOnly': 'true' } });
    await orders.append(select(0, 10));
    await orders.append(select(10, 20));
    expect(await optimize(orders)).toMatchObject({ filesRemoved: 2, filesAdded: 1 });
    expect(await orders.read()).toHaveLength(20);
  });
});

describe('packBins', () => {
  const sized = (...sizes: number[]) =>
    sizes.map((size, index) => ({ ...writtenFile(String(index), 10).add, size }));
  const pack = (sizes: number[], rows = Infinity): number[][] =>
    packBins(sized(...sizes), { bytes: 100, rows }).map((bin) => bin.map(({ size }) => size));

  it('fills bins up to the limits, and leaves single files alone', () => {
    expect(pack([40, 70, 50, 20, 99, 100, 120])).toEqual([
      [40, 50],
      [70, 20],
    ]);
    expect(pack([60, 60, 60])).toEqual([]);
    expect(pack([1, 1, 1, 1, 1], 20)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

it('appends stay possible after a rewrite', async () => {
  const orders = await manyFiles();
  await optimize(orders);
  await appendFiles(orders.log, await orders.write(select(900, 901)));
  expect(await orders.read()).toHaveLength(701);
});
