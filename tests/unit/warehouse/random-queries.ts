/** Random queries over `b.t`, most of which filter by its partition columns, in ways that may fool a reader of tokens. */

export type Random = () => number;

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const days = ['2025-01-01', '2025-01-02', '2025-01-03', '2025-02-28'];
export const regions = ['north', "o'hara", 'or'];

const blanks = [
  '\n',
  ' /* or */ ',
  ' /* /* */ or 1 = 1 */ ',
  ' -- or 1 = 1\n',
  ' -- x\r',
  '\u00a0',
  '\u200b',
  '\t',
];
const plainSources = [
  ['b.t', 't'],
  ['b.t', 't'],
  ['B."T"', 't'],
  ['b.t as x', 'x'],
  ['b.t x', 'x'],
  ['b.t "X"', 'x'],
  ['b.t day', 'day'],
] as const;
const wildSources = [
  ['x: b.t', 'x'],
  ['b.t as x(id, day)', 'x'],
  ['b.t join b.u using (id)', 't'],
  ['b.t left join b.u as v on v.id = t.id', 't'],
  ['b.u as v left join b.t on v.id = t.id', 't'],
  ['b.u as v, b.t', 't'],
  ['b.t tablesample 100%', 't'],
  ['(select * from b.t) as t', 't'],
  ['b.v as t', 't'],
  ['(b.t)', 't'],
] as const;

/**
 * One statement; some are refused by DuckDB. `b.t` has columns id BIGINT, day DATE, region VARCHAR, chunk INTEGER,
 * note VARCHAR, flag BOOLEAN; `b.u` has id, chunk and region; `b.v` is a view of all of `b.t`.
 */
export function randomQuery(random: Random): string {
  const wildness = random() < 0.4 ? 0 : random() < 0.5 ? 0.1 : 0.3;
  return new QueryWriter(random, wildness).query();
}

class QueryWriter {
  constructor(
    private readonly random: Random,
    /** The share of unusual forms. */
    private readonly wildness: number,
  ) {}

  query(): string {
    const rows = () =>
      this.pick(
        ['$.id', '$.id, $.day as d', '$.*', 'distinct $.id'],
        ['$.id, $.id + 1 as day', "$.id, 'from b.t where'"],
      );
    const where = () => `where ${this.conjunction('t')}`;
    return this.choose(
      [
        () => this.block(rows()),
        () =>
          this.block(rows()) +
          this.pick([' group by all', ' order by 1 desc', ' limit 1000', ' qualify true']),
        () => this.block('count(*) as n, sum($.id) as s, min($.day) as d'),
        () => `${this.block('$.region as r, count(*) as n')} group by 1 having count(*) > 3 or count(*) < 2`,
        () => `with c as (${this.block('$.id')}) select count(*), sum(id) from c`,
        () => `select id, chunk from (${this.block('$.id, $.chunk')}) where chunk = 1`,
        () => `${this.block('$.id')} union all ${this.block('$.id')}`,
        () => `select id from b.u where id in (${this.block('$.id')})`,
      ],
      [
        () =>
          `with c as materialized (${this.block('$.id')}) select c.id from c join b.t on c.id = t.id where t.chunk = 1`,
        () => `with t as (${this.block('$.id, $.chunk as day')}) select id from t where day = 1`,
        () => `${this.block('$.id')} ${this.pick(['union', 'except', 'intersect'])} ${this.block('$.id')}`,
        () => `select u.id, (${this.block('max($.id)')}) as m from b.u where chunk = 1`,
        () => `from b.t ${where()}`,
        () => `from b.t select id ${where()}`,
        () => `select case when ${this.conjunction('t')} then 1 end as k from b.t`,
        () => `select count(*) filter (${where()}) as n from b.t ${where()}`,
        () => `select id, rowid from b.t ${where()}`,
        () => `select (select count(*) from b.t ${where()}) as n, id from b.t ${where()}`,
        () => `select u.id, l.n from b.u, lateral (${this.block('count(*) as n')}) as l`,
        () => `select id from b.t ${where()} using sample 100%`,
      ],
    )();
  }

  private block(items: string): string {
    const [source, alias] = this.pick<readonly [string, string]>(plainSources, wildSources);
    const select = this.join(this.word('select'), items.replaceAll('$', alias), this.word('from'), source);
    return this.random() < 0.97 ? this.join(select, this.word('where'), this.conjunction(alias)) : select;
  }

  private conjunction(alias: string, depth = 0): string {
    const parts = Array.from({ length: 1 + Math.floor(this.random() * 3) }, () => {
      if (this.random() < 0.5) return this.partitionTest(alias);
      return depth < 2 && this.random() < 0.4
        ? `(${this.conjunction(alias, depth + 1)})`
        : this.otherTest(alias);
    });
    return parts.reduce((all, part) => this.join(all, this.word(this.pick(['and'], ['or', 'and'])), part));
  }

  /** A condition on a partition column. */
  private partitionTest(alias: string): string {
    const column = this.pick(['day', 'day', 'region', 'chunk']);
    const name = this.spell(column, alias);
    const literal = () => this.literal(column);
    const list = () => Array.from({ length: 1 + Math.floor(this.random() * 3) }, literal).join(', ');
    const between = () => this.join(name, this.word('between'), literal(), this.word('and'), literal());
    return this.choose(
      [
        () => this.join(name, this.pick(['=', '<', '<=', '>', '>='], ['<>', '!=', '==']), literal()),
        () => `${name}${this.pick(['=', '<', '<=', '>', '>='], ['<>', '!=', '=='])}${literal()}`,
        () => this.join(literal(), this.pick(['=', '<', '<=', '>', '>='], ['<>', '!=']), name),
        () => this.join(name, this.word('in'), `(${list()})`),
        between,
        between,
      ],
      [
        () => this.join(name, 'not in', `(${list()})`),
        () => this.join(name, 'not', between().slice(name.length)),
        () => this.join('not', name, '=', literal()),
        () => this.join(name, this.pick(['is null', 'is not null', 'isnull'])),
        () => this.join(name, this.pick(['is distinct from', 'is not distinct from']), literal()),
        () => `coalesce(${name}, ${literal()}) = ${literal()}`,
        () => this.join(name, '=', literal(), 'is', this.pick(['true', 'false', 'not true', 'null'])),
        () =>
          this.join(`(${name} = ${literal()})`, this.pick(['= flag', 'is not true', 'is null', '= false'])),
        () => this.join(literal(), 'between', name, 'and', literal()),
        () => this.join(name, 'between symmetric', literal(), 'and', literal()),
        () => `${name} = any([${list()}])`,
        () => `${name} = (select ${literal()})`,
        () => this.join(between(), this.pick(['= flag', 'is not true', '= false'])),
        () => this.join(name, 'in', `(${list()})`, this.pick(['= flag', 'is not true', '= false'])),
        () => `row(${name}) = row(${literal()})`,
        () => `${name} = ${literal()} collate nocase`,
        () => `${name}::varchar >= ${literal()}::varchar`,
        () => `${name} = ${literal()}::varchar`,
      ],
    )();
  }

  /** A condition on something else, which may hold one on a partition column where it does not count. */
  private otherTest(alias: string): string {
    const inner = () => this.partitionTest(alias);
    const ofOther = () => this.pick(["region = 'north'", 'chunk = 1', 'true']);
    return this.choose(
      [
        () => 'id % 3 = 1',
        () => 'flag',
        () => 'not flag',
        () => "note <> 'x or day = 1'",
        () => "note like '%and%'",
        () => 'true',
        () => 'id between 5 and 300',
        () => 'id + 1 between 2 and 3 * 90',
        () => `id in (select id from b.u where ${ofOther()})`,
      ],
      [
        () => 'flag between false and day is not null',
        () => `flag between false and ${inner()}`,
        () => `case when flag and ${inner()} and id > 5 then true else id % 2 = 0 end`,
        () => `case ${inner()} when flag then true else false end`,
        () => `flag is distinct from (${inner()})`,
        () => `flag = (${inner()})`,
        () => `(not (${inner()}) and id > 5)`,
        () => `not (${this.conjunction(alias, 2)})`,
        () => `(select count(*) from b.u where u.id = ${alias}.id and ${ofOther()}) = 0`,
        () => `len(list_filter([id], lambda e: e > 5 and ${inner()} and e < 200)) = 1`,
        () => `len([e for e in [id] if e > 5 and ${inner()} and e < 200]) = 1`,
        () => `exists (select 1 from b.t as o where o.id = ${alias}.id + 1 and ${inner()})`,
        () => `exists (select 1 from b.t as o where o.id = ${alias}.id + 1 and ${this.partitionTest('o')})`,
        () => `'[true]' -> 0 is null`,
        () => `(id = 3 or ${inner()})`,
        () => `id = 3 or ${inner()}`,
        () => `if(${inner()} and flag, id > 5, id < 200)`,
      ],
    )();
  }

  private literal(column: string): string {
    if (column === 'chunk')
      return this.pick(
        ['0', '1', '2', '-1'],
        ['- 1', '7', '1.5', '1e0', '0x1', '1_0', '.5', '(1)', '1 + 1', "'1'", 'null'],
      );
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    if (column === 'region')
      return this.pick(regions.map(quoted), ["E'n\\x6frth'", '$$north$$', "''", "'nowhere'", 'note', 'null']);
    const text = quoted(this.pick(days, ['2025-01-15', '1999-12-31', '2025-1-2', ' 2025-01-02']));
    return this.pick(
      [text, `date ${text}`, `cast(${text} as date)`, `${text}::date`, `date${text}`],
      [
        `timestamp ${text}`,
        `date ${text} + 1`,
        `${text}::timestamp`,
        'null',
        `try_cast(${text} as date)`,
        `(${text})`,
      ],
    );
  }

  private spell(column: string, alias: string): string {
    const name = this.pick([
      column,
      column,
      `"${column}"`,
      `"${column.toUpperCase()}"`,
      column.toUpperCase(),
    ]);
    return this.random() < 0.25
      ? this.pick([`${alias}.${name}`, `${alias} . ${name}`], [`b.${alias}.${name}`])
      : name;
  }

  private word(text: string): string {
    return this.random() < 0.2 ? text.toUpperCase() : text;
  }

  private join(...parts: string[]): string {
    return parts.reduce((all, part) => `${all}${this.pick([' '], blanks)}${part}`);
  }

  private pick<T>(usual: readonly T[], unusual: readonly T[] = usual): T {
    const items = this.random() < this.wildness ? unusual : usual;
    return items[Math.floor(this.random() * items.length)] as T;
  }

  private choose(usual: (() => string)[], unusual: (() => string)[]): () => string {
    return this.pick(usual, unusual);
  }
}
