import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, test } from 'vitest';
import { fingerprintSql } from '../../../workers/warehouse/fingerprint.ts';

let connection: DuckDBConnection;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});

async function fingerprint(select: string): Promise<string> {
  const columns = (await connection.runAndReadAll(`DESCRIBE ${select}`)).getRowObjects();
  const described = columns.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const reader = await connection.runAndReadAll(fingerprintSql(`(${select})`, described));
  return String(reader.getRowObjects()[0]?.fingerprint);
}

const mixed = `select i as id, (i * 1.25)::decimal(18,2) as amount, i / 7.0::double as share, date '2024-01-01' + i::int as day,
  timestamp '2024-01-01 00:00:00.000001' + interval (i) second as at, i % 2 = 0 as even, 'n' || i as "we""ird", [i, null] as list
  from range(1000) t(i)`;

test('has the documented form and value', async () => {
  expect(await fingerprint('select 1 as a where false')).toBe('0-0000000000000000');
  expect(await fingerprint(mixed)).toBe('1000-8e3e32f187d47ae0');
});

test('does not depend on the order of rows', async () => {
  expect(await fingerprint(`${mixed} order by md5(i::varchar)`)).toBe(await fingerprint(mixed));
});

test('counts repeated rows', async () => {
  const once = await fingerprint("select 'a' as s");
  const twice = await fingerprint("select 'a' as s union all select 'a'");
  expect(once.slice(0, 2)).toBe('1-');
  expect(BigInt(`0x${twice.slice(2)}`)).toBe(BigInt.asUintN(64, 2n * BigInt(`0x${once.slice(2)}`)));
});

test.each([
  ["null::varchar as a, 'x' as b", "'' as a, 'x' as b"],
  ["null::varchar as a, 'x' as b", "'x' as a, null::varchar as b"],
  ["'1' as a, '1:2' as b", "'11:' as a, '2' as b"],
  ["':' as a, '' as b", "'' as a, ':' as b"],
  ['null::int as a, 1 as b', '1 as a, null::int as b'],
  ['12 as a, 3 as b', '1 as a, 23 as b'],
  ["'a' || chr(31) || 'b' as a, 'c' as b", "'a' as a, 'b' || chr(31) || 'c' as b"],
  ["timestamp '2024-01-01 00:00:00' as a", "timestamp '2024-01-01 00:00:00.000001' as a"],
  ['1.10::decimal(18,2) as a', '1.11::decimal(18,2) as a'],
  ['[1, null] as a', '[1] as a'],
  ["'[1]' as a, 1 as b", "'[1]1' as a, null::int as b"],
])('%s differs from %s', async (one, two) => {
  expect(await fingerprint(`select ${one}`)).not.toBe(await fingerprint(`select ${two}`));
});
