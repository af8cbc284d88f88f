import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, test } from 'vitest';
import { CatalogCopy, newTable, newView, relationKey } from '../../../workers/warehouse/copies.ts';
import { planReads } from '../../../workers/warehouse/read-plan.ts';
import { quoteLiteral } from '../../../workers/warehouse/sql-text.ts';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';
import type { Piece } from '../../../workers/warehouse/types.ts';
import { days, randomOf, randomQuery, regions } from './random-queries.ts';

const pieces: Piece[] = [...days, null].flatMap((day) =>
  [...regions.slice(0, 3), null].flatMap((region) =>
    ['0', '1', '2', null].map((chunk) => ({
      id: JSON.stringify([day, region, chunk]),
      partitionValues: { day, region, chunk },
      bounds: {},
      numRecords: 50_000,
    })),
  ),
);
const columns = Object.entries({
  id: 'BIGINT',
  day: 'DATE',
  region: 'VARCHAR',
  chunk: 'INTEGER',
  note: 'VARCHAR',
  flag: 'BOOLEAN',
}).map(([name, type]) => ({ name, type }));
const viewSql = 'select * from b.t';

const catalog = new CatalogCopy('whole', new Map());
const known = { catalog: 'whole', schema: 'b', version: 0 };
const relation = { ...known, name: 't', kind: 'table' as const, columns, numRecords: 4e6, pieces };
const view = { ...known, name: 'v', kind: 'view' as const, columns: [], numRecords: 0, sql: viewSql };
const copy = newTable(relation);
catalog.tables.set(relationKey('b', 't'), copy);
catalog.views.set(relationKey('b', 'v'), newView(view));

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`create table parts(part integer, day date, region varchar, chunk integer)`);
  const tuples = pieces.map(({ partitionValues: { day, region, chunk } }, i) => {
    return `(${i}, ${quoteLiteral(day ?? null)}, ${quoteLiteral(region ?? null)}, ${chunk ?? 'null'})`;
  });
  await connection.run(`insert into parts values ${tuples.join(', ')}`);
  for (const name of ['whole', 'pruned']) {
    await connection.run(`attach ':memory:' as ${name}; create schema ${name}.b`);
    const rows = `select (row_number() over (order by part, i))::bigint as id, day, region, chunk,
      if(i = 1, null, 'x or day = ' || i) as note, if(i = 2, null, part % 2 = i % 2) as flag, part from memory.parts, range(4) r(i)`;
    await connection.run(`create table ${name}.b.all_rows as ${rows}`);
    await connection.run(`create table ${name}.b.t as select * exclude (part) from ${name}.b.all_rows`);
    await connection.run(
      `create table ${name}.b.u as select id, chunk, region from ${name}.b.all_rows where id % 7 = 0`,
    );
    await connection.run(`use ${name}; create view b.v as ${viewSql}`);
  }
});

/** The rows in any order, or null when the query is refused. */
async function answer(database: string, sql: string): Promise<string[] | null> {
  await connection.run(`use ${database}`);
  try {
    return (await connection.runAndReadAll(sql))
      .getRowsJson()
      .map((row) => JSON.stringify(row))
      .sort();
  } catch {
    return null;
  }
}

async function loadPruned(wanted: readonly Piece[]): Promise<void> {
  const parts = [-1, ...wanted.map((piece) => pieces.indexOf(piece))];
  await connection.run('use pruned; delete from b.t');
  await connection.run(
    `insert into b.t select * exclude (part) from b.all_rows where part in (${parts.join(', ')}) order by id`,
  );
}

const seeds = Array.from({ length: 10 }, (_, i) => i + 1);

test.each(seeds)('random queries answer the same over the partitions they need (seed %i)', async (seed) => {
  const random = randomOf(seed);
  const seen = { valid: 0, pruned: 0, withRows: 0 };
  for (let i = 0; i < 300; i++) {
    const sql = randomQuery(random);
    const plan = planReads(new Map([['whole', catalog]]), catalog, tokenizeSql(sql), []);
    const wanted = plan.tables.find((use) => use.copy === copy)?.pieces ?? null;
    if (wanted === null) continue;
    const expected = await answer('whole', sql);
    if (expected === null) continue;
    seen.valid++;
    if (wanted.length === pieces.length) continue;
    await loadPruned(wanted);
    expect(await answer('pruned', sql), sql).toEqual(expected);
    seen.pruned++;
    if (expected.length > 1) seen.withRows++;
  }
  expect(seen.pruned).toBeGreaterThan(60);
  expect(seen.withRows).toBeGreaterThan(20);
});
