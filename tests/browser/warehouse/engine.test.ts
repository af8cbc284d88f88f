import { beforeAll, describe, expect, test } from 'vitest';
import { bigints, MemoryLake, openWarehouse } from './memory-lake.ts';

const lab = { catalog: 'lab' };
const lake = new MemoryLake();
const rows = 2000;
const slow = 'select sum(a.i * b.i) as s from range(100000) a(i), range(10000000) b(i)';

beforeAll(() => lake.put('lab', 'bronze', 'small', [bigints('n', rows)]));

describe('cancel', () => {
  const warehouse = openWarehouse(lake);

  test('stops a running query at once and leaves the engine usable', async () => {
    await warehouse.start();
    for (const start of [
      (signal: AbortSignal) => warehouse.rows(slow, { ...lab, signal }),
      (signal: AbortSignal) => warehouse.stream(slow, { ...lab, signal }),
      (signal: AbortSignal) =>
        warehouse.query(
          'create temp table big as select i, md5(i::varchar) m from range(100000000) t(i) order by m',
          { ...lab, signal },
        ),
    ]) {
      const abort = new AbortController();
      const running = start(abort.signal).catch((error: unknown) => error);
      const waiting = warehouse.rows('select count(*) as n from bronze.small', lab);
      await new Promise((resolve) => setTimeout(resolve, 400));
      abort.abort();
      expect(await running).toMatchObject({ name: 'QueryCancelledError' });
      expect(await waiting).toEqual([{ n: rows }]);
    }
  });

  test('reaches a query that waits, a load and an open stream', async () => {
    const abort = new AbortController();
    lake.put('lab', 'bronze', 'gated', [bigints('n', rows)]);
    let open = () => {};
    lake.gate = new Promise((resolve) => (open = resolve));
    const loading = warehouse
      .rows('select n from bronze.gated', { ...lab, signal: abort.signal })
      .catch((error: unknown) => error);
    const waiting = warehouse
      .rows('select 1', { ...lab, signal: abort.signal })
      .catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort.abort();
    expect(await waiting).toMatchObject({ name: 'QueryCancelledError' });
    expect(await loading).toMatchObject({ name: 'QueryCancelledError' });
    open();
    lake.gate = Promise.resolve();
    const stop = new AbortController();
    const stream = await warehouse.stream('select * from range(1000000)', { ...lab, signal: stop.signal });
    const reading = (async () => {
      for await (const batch of stream.batches) if (batch.numRows > 0) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'QueryCancelledError' });
    expect(await warehouse.rows('select count(*) as n from bronze.gated', lab)).toEqual([{ n: rows }]);
  });

  test('a person goes before a run', async () => {
    const order: string[] = [];
    const ask = (sql: string, priority: 'batch' | 'interactive') =>
      warehouse.rows(sql, { ...lab, priority }).then(() => order.push(priority));
    await Promise.all([
      ...[1, 2, 3].map(() => ask('select sum(i) from range(1000000) t(i)', 'batch')),
      ask('select 1', 'interactive'),
    ]);
    expect(order.indexOf('interactive')).toBeLessThanOrEqual(1);
  });
});

describe('restart', () => {
  test('after an out-of-memory error, by itself', async () => {
    const warehouse = openWarehouse(lake, { memoryLimit: '100MB' });
    expect(await warehouse.rows('select count(*) as n from bronze.small', lab)).toEqual([{ n: rows }]);
    await warehouse.createView('lab', 'silver', 'v', 'select n from bronze.small where n < 3');
    const stream = await warehouse.stream('select * from range(1000000)', lab);
    const hungry =
      'select count(*) from (select distinct md5(i::varchar) || i as m from range(20000000) t(i))';
    await expect(warehouse.rows(hungry, lab)).rejects.toMatchObject({
      name: 'OutOfMemoryError',
      message: expect.stringContaining('100MB') as string,
    });
    await expect(stream.batches[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: 'WarehouseRestartedError',
    });
    expect(await warehouse.rows('select count(*) as n from silver.v', lab)).toEqual([{ n: 3 }]);
    warehouse.restart();
  });

  test('rejects what is in progress, and what comes after works', async () => {
    const warehouse = openWarehouse(lake);
    await warehouse.start();
    const running = warehouse.rows(slow, lab).catch((error: unknown) => error);
    const waiting = warehouse.rows('select count(*) as n from bronze.small', lab);
    await new Promise((resolve) => setTimeout(resolve, 200));
    warehouse.restart('a test');
    expect(await running).toMatchObject({
      name: 'WarehouseRestartedError',
      message: expect.stringContaining('a test') as string,
    });
    expect(await waiting).toEqual([{ n: rows }]);
    warehouse.restart();
  });

  test('a missing worker or wasm is an error, not a wait', async () => {
    const missing = new URL('/not-there', location.href).href;
    await expect(openWarehouse(lake, { wasmUrl: missing }).start()).rejects.toMatchObject({
      name: 'WarehouseStartError',
    });
    const broken = URL.createObjectURL(new Blob(['throw new Error("broken")'], { type: 'text/javascript' }));
    await expect(openWarehouse(lake, { workerUrl: broken }).start()).rejects.toMatchObject({
      name: 'WarehouseStartError',
    });
  });
});

test('closed: nothing is fetched, nothing traps', async () => {
  const warehouse = openWarehouse(lake);
  await warehouse.start();
  const before = performance.getEntriesByType('resource').length;
  for (const sql of [
    "select * from read_parquet('https://example.com/x.parquet')",
    "select * from read_json('x.json')",
    "from 'x.csv'",
    "select * from read_csv('https://example.com/x.csv')",
    'pragma version; load icu',
    "attach 'x.db'",
    "select now() at time zone 'Europe/Paris'",
    "select date_trunc('day', now())",
    "select 'a' < 'b' collate de",
    "set memory_limit = '4GB'",
    "copy (select 1) to 'x.parquet'",
  ]) {
    const error: unknown = await warehouse.rows(sql, lab).catch((caught: unknown) => caught);
    expect((error as Error).name, sql).toMatch(/^(SqlError|ReadOnlyError)$/);
  }
  expect(performance.getEntriesByType('resource').length).toBe(before);
  expect(await warehouse.rows('select count(*) as n from bronze.small', lab)).toEqual([{ n: rows }]);
  warehouse.restart();
});
