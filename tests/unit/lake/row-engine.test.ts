import { expect, it } from 'vitest';
import { readIpc, writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { duckdbTypeOf } from '../../../workers/lake/schema/duckdb-types.ts';
import { EVERY_TYPE, everyTypeTable } from './every-type.ts';
import { openRowEngine } from './row-engine.ts';

it('answers every type as it was loaded, in streams of bounded size', async () => {
  const session = await (await openRowEngine()).open();
  const columns = EVERY_TYPE.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
  await session.load('t', columns, [writeIpc(everyTypeTable())]);
  await session.load('t', columns, [writeIpc(everyTypeTable())]);
  const rows: unknown[] = [];
  for await (const ipc of session.select('SELECT * FROM t')) rows.push(...readIpc(ipc).toArray());
  const expected = everyTypeTable().toArray();
  expect(rows.map(String)).toEqual([...expected, ...expected].map(String));
  const sizes: number[] = [];
  for await (const ipc of session.select('SELECT * FROM range(300000)')) sizes.push(readIpc(ipc).numRows);
  expect(sizes).toEqual([122_880, 122_880, 54_240]);
});

it('makes empty tables, forgets tables, and names the faults of SQL', async () => {
  const session = await (await openRowEngine()).open();
  await session.load('t', [{ name: 'a', type: 'BIGINT' }], []);
  const read = async (sql: string) => {
    for await (const ipc of session.select(sql)) return readIpc(ipc).numRows;
    return 0;
  };
  expect(await read('SELECT * FROM t')).toBe(0);
  await expect(read('SELECT b FROM t')).rejects.toMatchObject({
    name: 'SqlError',
    message: /Binder Error.*"b"/,
  });
  await session.drop('t');
  await expect(read('SELECT * FROM t')).rejects.toThrow(/t does not exist/);
});
