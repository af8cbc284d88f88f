import { expect, test } from 'vitest';
import { classifyStatement, splitStatements } from '../../../workers/warehouse/statements.ts';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';

test('statements are split at semicolons outside strings and comments', () => {
  const text = " ;select ';' ; -- ;\n/* ; */ select $$;$$;;";
  expect(splitStatements(text).map(({ sql, start }) => [sql, start])).toEqual([
    ["select ';'", 2],
    ['select $$;$$', text.lastIndexOf('select')],
  ]);
  expect(splitStatements(' -- nothing')).toEqual([]);
});

test.each([
  ['select 1', 'select', 'select'],
  ['((select 1) union (select 2))', 'select', 'select'],
  ['FROM t', 'select', 'from'],
  ['with a as (select 1), b(x) as materialized (select 2) select * from a', 'select', 'with'],
  ['with recursive r as (select 1 union all select 2) from r', 'select', 'with'],
  ['with insert as (select 1) select * from insert', 'select', 'with'],
  ['with a as (select 1) insert into t select * from a', 'write', 'insert'],
  ['with a as (select 1) delete from t', 'write', 'delete'],
  ['with a as (select 1) update t set x = 1', 'write', 'update'],
  ['explain select 1', 'select', 'select'],
  ['explain (analyze, format json) delete from t', 'write', 'delete'],
  ['explain analyze insert into t values (1)', 'write', 'insert'],
  ['create temp table a as select 1', 'temporary', 'create'],
  ['create or replace temporary view a as select 1', 'temporary', 'create'],
  ['create or replace temp macro m() as 1', 'temporary', 'create'],
  ['create table a as select 1', 'refused', 'create'],
  ['create view temp as select 1', 'refused', 'create'],
  ['create schema temp', 'refused', 'create'],
  ['drop table t', 'write', 'drop'],
  ['set variable a = 1', 'temporary', 'set'],
  ['set threads = 4', 'refused', 'set'],
  ['describe t', 'metadata', 'describe'],
  ['pragma table_info(t)', 'metadata', 'pragma'],
  ['copy t to x', 'refused', 'copy'],
  ['selec 1', 'other', 'selec'],
])('%s is %s', (sql, kind, verb) => {
  expect(classifyStatement(tokenizeSql(sql))).toMatchObject({ kind, verb });
});

test.each([
  ['drop table if exists a', 'a'],
  ['insert or replace into temp.a values (1)', 'temp'],
  ['create temp table if not exists a(x int)', 'a'],
  ['with c as (select 1) delete from a', 'a'],
  ['explain update a set x = 1', 'a'],
])('the target of %s', (sql, name) => {
  const tokens = tokenizeSql(sql);
  expect(tokens[classifyStatement(tokens).target]?.text).toBe(name);
});
