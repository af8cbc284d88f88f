import type { JinjaFunction } from './jinja-scope.ts';

/** A macro in TypeScript: its parameters by name, in order, and what it renders to. Parameters in `optional` may be left out. */
interface NativeMacro {
  parameters: string[];
  optional?: Record<string, unknown>;
  render(...args: string[]): string;
}

const dateadd = (part: string, interval: string, date: string): string => {
  const unit = part.toLowerCase();
  const [factor, step] =
    unit === 'quarter' ? [' * 3', 'month'] : unit === 'week' ? [' * 7', 'day'] : ['', unit];
  const count = `cast(${interval} as bigint)`;
  return `(${date} + ${factor === '' ? count : `(${count}${factor})`} * interval 1 ${step})`;
};

/** Weeks are counted as Sundays crossed, as dbt-duckdb does; all other parts as boundaries crossed. */
const datediff = (first: string, second: string, part: string): string => {
  if (part !== 'week') return `(date_diff('${part}', ${first}::timestamp, ${second}::timestamp))`;
  const days = `(date_diff('day', ${first}::timestamp, ${second}::timestamp))`;
  const [from, to] = [`date_part('dow', (${first})::timestamp)`, `date_part('dow', (${second})::timestamp)`];
  const forward = `${first} <= ${second}`;
  const wrap = `case when ${from} <= ${to} then case when ${forward} then 0 else -1 end else case when ${forward} then 1 else 0 end end`;
  return `(${days} // 7 + ${wrap})`;
};

const lastDay = (date: string, part: string): string => {
  const next = part === 'quarter' ? ['month', '3'] : [part, '1'];
  return `cast(${dateadd('day', '-1', dateadd(next[0] ?? part, next[1] ?? '1', `date_trunc('${part}', ${date})`))} as date)`;
};

const listagg = (measure: string, delimiter: string, order: string, limit: string): string => {
  const ordered = order === '' ? '' : ` ${order}`;
  if (limit === '') return `string_agg(${measure}, ${delimiter}${ordered})`;
  return `list_aggr((array_agg(${measure}${ordered}))[1:${limit}], 'string_agg', ${delimiter})`;
};

const hash = (field: string): string => `md5(cast(${field} as TEXT))`;

const fixed = (sql: string): NativeMacro => ({ parameters: [], render: () => sql });

/** dbt's cross-database macros, as dbt-duckdb renders them. */
const DBT: Record<string, NativeMacro> = {
  type_string: fixed('TEXT'),
  type_int: fixed('INT'),
  type_bigint: fixed('bigint'),
  type_numeric: fixed('numeric(28,6)'),
  type_timestamp: fixed('TIMESTAMP'),
  type_float: fixed('FLOAT'),
  type_boolean: fixed('BOOLEAN'),
  // dbt-duckdb says now(), whose zone DuckDB-WASM has no ICU for: date_trunc of it would stop the engine. Naive means UTC here.
  current_timestamp: fixed('cast(now() as TIMESTAMP)'),
  except: fixed('except'),
  intersect: fixed('intersect'),
  dateadd: { parameters: ['datepart', 'interval', 'from_date_or_timestamp'], render: dateadd },
  datediff: { parameters: ['first_date', 'second_date', 'datepart'], render: datediff },
  date_trunc: { parameters: ['datepart', 'date'], render: (part, date) => `date_trunc('${part}', ${date})` },
  date: {
    parameters: ['year', 'month', 'day'],
    render: (year, month, day) => `make_date(${year}, ${month}, ${day})`,
  },
  last_day: { parameters: ['date', 'datepart'], render: lastDay },
  hash: { parameters: ['field'], render: hash },
  cast: { parameters: ['field', 'type'], render: (field, type) => `cast(${field} as ${type})` },
  safe_cast: { parameters: ['field', 'type'], render: (field, type) => `cast(${field} as ${type})` },
  cast_bool_to_text: { parameters: ['field'], render: (field) => `cast(${field} as TEXT)` },
  any_value: { parameters: ['expression'], render: (expression) => `arbitrary(${expression})` },
  bool_or: { parameters: ['expression'], render: (expression) => `bool_or(${expression})` },
  length: { parameters: ['expression'], render: (expression) => `length(${expression})` },
  right: {
    parameters: ['string_text', 'length_expression'],
    render: (text, length) => `right(${text}, ${length})`,
  },
  position: {
    parameters: ['substring_text', 'string_text'],
    render: (part, text) => `position(${part} in ${text})`,
  },
  replace: {
    parameters: ['field', 'old_chars', 'new_chars'],
    render: (field, from, to) => `replace(${field}, ${from}, ${to})`,
  },
  split_part: {
    parameters: ['string_text', 'delimiter_text', 'part_number'],
    render: (text, delimiter, part) => `string_split(${text}, ${delimiter})[${part}]`,
  },
  listagg: {
    parameters: ['measure', 'delimiter_text', 'order_by_clause', 'limit_num'],
    optional: { delimiter_text: "','", order_by_clause: '', limit_num: '' },
    render: listagg,
  },
  string_literal: { parameters: ['value'], render: (value) => `'${value}'` },
  escape_single_quotes: { parameters: ['expression'], render: (text) => text.replaceAll("'", "''") },
};

/** The macros of the dbt_utils package that are part of the runner. `treatNullsAsEmpty` is its variable of that name. */
export function dbtUtilsMacros(treatNullsAsEmpty: () => boolean): Record<string, JinjaFunction> {
  return {
    generate_surrogate_key: (args, named) => {
      const fields = listArgument('dbt_utils.generate_surrogate_key', 'field_list', args, named);
      const empty = treatNullsAsEmpty() ? '' : '_dbt_utils_surrogate_key_null_';
      const texts = fields.map((field) => `coalesce(cast(${field} as TEXT), '${empty}')`);
      return hash(texts.join(` || '-' || `));
    },
  };
}

const renderConcat: JinjaFunction = (args, named) =>
  listArgument('concat', 'fields', args, named).join(' || ');

function listArgument(
  macro: string,
  name: string,
  args: unknown[],
  named: Record<string, unknown>,
): string[] {
  const value = args[0] ?? named[name];
  if (!Array.isArray(value) || value.length === 0)
    throw new Error(`${macro}() expects a list of SQL expressions, such as ${macro}(['a', 'b']).`);
  return value.map(String);
}

function bindMacro(name: string, macro: NativeMacro): JinjaFunction {
  return (args, named) => {
    const { parameters, optional = {} } = macro;
    const signature = `${name}(${parameters.join(', ')})`;
    const stranger = Object.keys(named).find((key) => !parameters.includes(key));
    if (args.length > parameters.length || stranger !== undefined)
      throw new Error(
        `${signature} got ${stranger === undefined ? 'too many arguments' : `an unknown argument '${stranger}'`}.`,
      );
    const values = parameters.map((key, i) => args[i] ?? named[key] ?? optional[key]);
    const missing = parameters.find((_, i) => values[i] === undefined || values[i] === null);
    if (missing !== undefined) throw new Error(`${signature} needs a value for '${missing}'.`);
    return macro.render(...values.map(String));
  };
}

/** dbt's macros by name; a project calls them as `dbt.name()` or `name()`. */
export const dbtMacros: Readonly<Record<string, JinjaFunction>> = {
  ...Object.fromEntries(Object.entries(DBT).map(([name, macro]) => [name, bindMacro(name, macro)])),
  concat: renderConcat,
};
