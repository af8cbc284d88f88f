import { expect, test } from 'vitest';
import {
  isBindingError,
  isParserError,
  severityOf,
  toSqlError,
} from '../../../workers/warehouse/engine-error.ts';

const statement = (sql: string, before = '') => ({ text: before + sql, start: before.length, sql });

test('line, column, headline and hint of a binder error', () => {
  const message =
    'Binder Error: Referenced column "ab" not found in FROM clause!\nCandidate bindings: "a", "b"\n\nLINE 3:   ab from bronze.t\n          ^';
  const error = toSqlError(
    new Error(message),
    statement('select\n  a,\n  ab from bronze.t', 'select 1;\n  '),
  );
  expect(error).toMatchObject({
    name: 'SqlError',
    message: 'Binder Error: Referenced column "ab" not found in FROM clause!',
    hint: 'Candidate bindings: "a", "b"',
    line: 4,
    column: 3,
    sql: 'select 1;\n  select\n  a,\n  ab from bronze.t',
  });
  expect(isBindingError(error)).toBe(true);
});

test('the first line is shifted by what stands before the statement', () => {
  const message =
    'Catalog Error: Table with name tt does not exist!\nDid you mean "t"?\n\nLINE 1: select * from tt\n                      ^';
  expect(toSqlError(new Error(message), statement('select * from tt', 'x; '))).toMatchObject({
    line: 1,
    column: 18,
    hint: 'Did you mean "t"?',
  });
});

test('lines put before the statement are taken off', () => {
  const message = 'Conversion Error: Could not convert\nLINE 2: select x\n               ^';
  expect(toSqlError(new Error(message), { ...statement('select x'), linesBefore: 1 })).toMatchObject({
    line: 1,
    column: 8,
  });
});

test('lines that DuckDB shortened on both sides', () => {
  const sql = `select ${'a, '.repeat(50)}nope, ${'b, '.repeat(50)}c from t`;
  const at = sql.indexOf('nope');
  const excerpt = `...${sql.slice(at - 20, at + 30)}...`;
  const message = `Binder Error: no\nLINE 1: ${excerpt}\n${' '.repeat('LINE 1: '.length + 23)}^`;
  expect(toSqlError(new Error(message), statement(sql))).toMatchObject({ line: 1, column: at + 1 });
});

test('parser errors come as JSON with a byte position', () => {
  const json = {
    exception_type: 'Parser',
    exception_message: 'syntax error at end of input',
    position: '13',
  };
  const error = toSqlError(new Error(JSON.stringify(json)), statement("select 'é',\n"));
  expect(error).toMatchObject({ message: 'Parser Error: syntax error at end of input', line: 2, column: 1 });
  expect(isParserError(error)).toBe(true);
});

test('a cancelled query is no SQL error', () => {
  expect(toSqlError(new Error('query was canceled'), statement('select 1'))).toMatchObject({
    name: 'QueryCancelledError',
  });
});

test.each([
  [
    'Error',
    'Out of Memory Error: could not allocate block of size 256.0 KiB (95.3 MiB/95.3 MiB used)',
    'out-of-memory',
  ],
  ['Error', '{"exception_type":"Out of Memory","exception_message":"failed"}', 'out-of-memory'],
  ['Error', 'TransactionContext Error: Failed to commit: could not allocate block of size', 'out-of-memory'],
  ['RangeError', 'Maximum call stack size exceeded', 'out-of-memory'],
  ['RuntimeError', 'memory access out of bounds', 'trap'],
  ['NetworkError', "Failed to execute 'send' on 'XMLHttpRequest'", 'trap'],
  ['Error', 'INTERNAL Error: Attempted to access index 1', 'trap'],
  ['Error', 'Binder Error: no memory for names', 'statement'],
])('%s: %s is %s', (name, message, severity) => {
  const error = new Error(message);
  error.name = name;
  expect(severityOf(error)).toBe(severity);
});
