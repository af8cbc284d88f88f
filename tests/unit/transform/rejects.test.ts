import { describe, expect, test } from 'vitest';
import { type Problem, ProjectError } from '../../../workers/transform/index.ts';
import { parse, project } from './mini.ts';

/** The problems of a project; none when it parses. */
function problemsOf(files: Record<string, string>, projectFile?: string): Problem[] {
  try {
    parse(project(files, projectFile));
    return [];
  } catch (error) {
    if (error instanceof ProjectError) return error.problems;
    throw error;
  }
}

const model = 'select 1 as x';
const yaml = (text: string) => ({ 'models/m.sql': model, 'models/m.yml': text });
const modelYaml = (text: string) => yaml(`models:\n  - name: m\n    ${text}\n`);
const sql = (text: string) => ({ 'models/m.sql': text });

/** name, files, dbt_project.yml, expected file, line, feature. */
const cases: [string, Record<string, string>, string | undefined, string, number, string][] = [
  ['tag', sql('select 1\n{% snapshot s %}{% endsnapshot %}'), undefined, 'models/m.sql', 2, 'snapshot'],
  ['include', sql("{% include 'x' %}"), undefined, 'models/m.sql', 1, 'include'],
  ['function', sql('select\n\n  {{ run_query("select 1") }}'), undefined, 'models/m.sql', 3, 'run_query'],
  [
    'method of adapter',
    sql("{{ adapter.dispatch('x')() }}"),
    undefined,
    'models/m.sql',
    1,
    'adapter.dispatch',
  ],
  ['variable', sql('select 1\n{{ graph.nodes }}'), undefined, 'models/m.sql', 2, 'graph.nodes'],
  [
    'function in a branch never taken',
    sql('{% if false %}\n{{ nosuch() }}{% endif %}'),
    undefined,
    'models/m.sql',
    2,
    'nosuch',
  ],
  ['dbt macro', sql('{{ dbt.array_construct([1]) }}'), undefined, 'models/m.sql', 1, 'dbt.array_construct'],
  ['dbt_utils macro', sql('{{ dbt_utils.star(from=1) }}'), undefined, 'models/m.sql', 1, 'dbt_utils.star'],
  ['filter', sql("{{ 'x' | as_text }}"), undefined, 'models/m.sql', 1, 'as_text'],
  ['test of Jinja', sql('{% if 1 is callable %}{% endif %}'), undefined, 'models/m.sql', 1, 'callable'],
  ['attribute of this', sql('\n{{ this.include() }}'), undefined, 'models/m.sql', 2, 'this.include'],
  ['variable without value', sql("select\n{{ var('missing') }}"), undefined, 'models/m.sql', 2, 'var'],
  ['env_var without default', sql("\n\n{{ env_var('HOME') }}"), undefined, 'models/m.sql', 3, 'env_var'],
  [
    'ref of nothing',
    sql("select *\nfrom {{ ref('nothing') }}"),
    undefined,
    'models/m.sql',
    2,
    "ref('nothing')",
  ],
  [
    'versioned ref',
    { ...sql("select *\nfrom {{ ref('n', v=2) }}"), 'models/n.sql': model },
    undefined,
    'models/m.sql',
    2,
    'ref',
  ],
  [
    'source of nothing',
    sql("select * from\n{{ source('a', 'b') }}"),
    undefined,
    'models/m.sql',
    2,
    "source('a', 'b')",
  ],
  [
    'raise_compiler_error',
    sql("\n{{ exceptions.raise_compiler_error('no') }}"),
    undefined,
    'models/m.sql',
    2,
    'exceptions.raise_compiler_error',
  ],
  ['syntax', sql('select 1\n{{ 1 / }}'), undefined, 'models/m.sql', 2, 'jinja'],
  [
    'incremental',
    sql("\n{{ config(materialized='incremental') }}"),
    undefined,
    'models/m.sql',
    2,
    'materialized: incremental',
  ],
  ['config', sql("{{ config(post_hook='x') }}"), undefined, 'models/m.sql', 1, 'post_hook'],
  ['config of a wrong type', sql("{{ config(enabled='no') }}"), undefined, 'models/m.sql', 1, 'enabled: no'],
  [
    'macro with an unknown function',
    { 'macros/a.sql': '\n{% macro a() %}\n{{ statement() }}{% endmacro %}' },
    undefined,
    'macros/a.sql',
    3,
    'statement',
  ],
  [
    'materialization',
    { 'macros/a.sql': '{% materialization a, default %}{% endmaterialization %}' },
    undefined,
    'macros/a.sql',
    1,
    'materialization',
  ],
  [
    'override of ref',
    { 'macros/a.sql': '\n{% macro ref(x) %}{% endmacro %}' },
    undefined,
    'macros/a.sql',
    2,
    'ref',
  ],
  ['unclosed macro', { 'macros/a.sql': '\n{% macro a() %}' }, undefined, 'macros/a.sql', 2, 'macro'],
  [
    'macro twice',
    { 'macros/a.sql': '{% macro a() %}{% endmacro %}', 'macros/b.sql': '{% macro a() %}{% endmacro %}' },
    undefined,
    'macros/b.sql',
    1,
    'a',
  ],
  ['seed', { 'seeds/a.csv': 'a\n1' }, undefined, 'seeds/a.csv', 1, 'seed'],
  ['snapshot file', { 'snapshots/a.sql': 'x' }, undefined, 'snapshots/a.sql', 1, 'snapshot'],
  ['analysis', { 'analyses/a.sql': 'x' }, undefined, 'analyses/a.sql', 1, 'analysis'],
  ['python model', { 'models/a.py': 'x' }, undefined, 'models/a.py', 1, 'python model'],
  ['docs block', { 'models/a.md': '{% docs x %}y{% enddocs %}' }, undefined, 'models/a.md', 1, 'docs'],
  [
    'package',
    { 'packages.yml': 'packages:\n  - package: calogica/dbt_expectations\n    version: 1.0' },
    undefined,
    'packages.yml',
    2,
    'calogica/dbt_expectations',
  ],
  ['selectors', { 'selectors.yml': 'selectors: []' }, undefined, 'selectors.yml', 1, 'selectors'],
  ['key of the project', {}, 'name: p\non-run-start: ["x"]\n', 'dbt_project.yml', 2, 'on-run-start'],
  [
    'config of the project',
    sql(model),
    'name: p\nmodels:\n  p:\n    +grants: {select: [a]}\n',
    'dbt_project.yml',
    4,
    'grants',
  ],
  [
    'config of the project without plus',
    sql(model),
    'name: p\nmodels:\n  p:\n    contract: true\n',
    'dbt_project.yml',
    4,
    'contract',
  ],
  [
    'unknown package in a tree',
    sql(model),
    'name: p\nmodels:\n  q:\n    +enabled: true\n',
    'dbt_project.yml',
    3,
    'q',
  ],
  ['name', {}, 'name: 1p\n', 'dbt_project.yml', 1, 'name'],
  ['YAML', yaml('models:\n  - name: [m\n'), undefined, 'models/m.yml', 3, 'yaml'],
  ['key of a file', yaml('version: 2\nexposures: []\n'), undefined, 'models/m.yml', 2, 'exposures'],
  ['key of a model', modelYaml('access: public'), undefined, 'models/m.yml', 3, 'access'],
  ['key to be moved', modelYaml('tags: [a]'), undefined, 'models/m.yml', 3, 'tags'],
  [
    'config of a model',
    modelYaml('config: {contract: {enforced: true}}'),
    undefined,
    'models/m.yml',
    3,
    'contract',
  ],
  [
    'key of a column',
    modelYaml('columns: [{name: a, constraints: []}]'),
    undefined,
    'models/m.yml',
    3,
    'constraints',
  ],
  [
    'data test',
    modelYaml('columns: [{name: a, data_tests: [dbt_utils.not_constant]}]'),
    undefined,
    'models/m.yml',
    3,
    'dbt_utils.not_constant',
  ],
  [
    'argument missing',
    modelYaml('columns: [{name: a, data_tests: [{relationships: {arguments: {field: x}}}]}]'),
    undefined,
    'models/m.yml',
    3,
    'relationships',
  ],
  [
    'argument unknown',
    modelYaml('columns: [{name: a, data_tests: [{not_null: {arguments: {f: x}}}]}]'),
    undefined,
    'models/m.yml',
    3,
    'not_null',
  ],
  [
    'test config',
    modelYaml('columns: [{name: a, data_tests: [{unique: {config: {store_failures: true}}}]}]'),
    undefined,
    'models/m.yml',
    3,
    'store_failures',
  ],
  [
    'test config at top',
    modelYaml('columns: [{name: a, data_tests: [{unique: {store_failures: true}}]}]'),
    undefined,
    'models/m.yml',
    3,
    'store_failures',
  ],
  [
    'severity',
    modelYaml('columns: [{name: a, data_tests: [{unique: {config: {severity: fatal}}}]}]'),
    undefined,
    'models/m.yml',
    3,
    'severity: fatal',
  ],
  [
    'ref of a test',
    modelYaml("columns: [{name: a, data_tests: [{relationships: {arguments: {to: ref('z'), field: x}}}]}]"),
    undefined,
    'models/m.yml',
    3,
    "ref('z')",
  ],
  ['description with doc()', modelYaml(`description: "{{ doc('x') }}"`), undefined, 'models/m.yml', 3, 'doc'],
  [
    'freshness',
    yaml('sources:\n  - name: s\n    freshness: {}\n    tables: []\n'),
    undefined,
    'models/m.yml',
    3,
    'freshness',
  ],
  [
    'Jinja in YAML',
    modelYaml(`config: {alias: "{{ nosuch('a') }}"}`),
    undefined,
    'models/m.yml',
    3,
    'nosuch',
  ],
  ['properties of nothing', yaml('models:\n  - name: other\n'), undefined, 'models/m.yml', 2, 'other'],
  ['model twice', { 'models/a/m.sql': model, 'models/b/m.sql': model }, undefined, 'models/b/m.sql', 1, 'm'],
  [
    'relation twice',
    { 'models/a.sql': model, 'models/b.sql': "{{ config(alias='a') }} select 1" },
    undefined,
    'models/b.sql',
    1,
    'alias',
  ],
];

describe('what is not supported is told with file, line and feature', () => {
  test.each(cases)('%s', (_, files, projectFile, file, line, feature) => {
    const problems = problemsOf(files, projectFile);
    expect(problems).toContainEqual(expect.objectContaining({ file, line, feature }));
    expect(problems.filter((one) => one.file !== file || one.feature !== feature)).toEqual([]);
  });

  test.each(['', '- a', 'text'])('dbt_project.yml that says %j', (text) => {
    expect(() => parse(project({}, text))).toThrow('dbt_project.yml:1: dbt_project.yml is not a mapping.');
  });

  test('a project without dbt_project.yml', () => {
    expect(() => parse(new Map([['models/m.sql', model]]))).toThrow(/dbt_project.yml/);
  });
});

describe('the error', () => {
  const files = {
    'models/a.sql': "{{ config(materialized='seed') }}\nselect {{ nosuch() }}",
    'models/b.sql': "select *\nfrom {{ ref('zz') }}",
    'models/c.yml': 'seeds: []\nexposures: []\n',
  };

  test('collects everything that is wrong, in order, and says what is supported', () => {
    const problems = problemsOf(files, 'name: p\ndispatch: [1]\n');
    expect(problems.map((one) => `${one.file}:${one.line} ${one.feature}`)).toEqual([
      'dbt_project.yml:2 dispatch',
      'models/a.sql:2 nosuch',
      "models/b.sql:2 ref('zz')",
      'models/c.yml:1 seeds',
      'models/c.yml:2 exposures',
    ]);
    expect(problems[1]?.hint).toContain('dateadd');
    expect(problems[2]?.hint).toBe('Models: a, b.');
  });

  test('has the place of the first problem, and prints all', () => {
    const error = ((): unknown => {
      try {
        return parse(project(files));
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ name: 'ProjectError', file: 'models/a.sql', line: 2 });
    expect(String(error)).toContain("models/b.sql:2: 'b' refers to the model 'zz'");
  });
});

describe('after a failure', () => {
  test('the engine still renders and still tells errors', () => {
    expect(
      problemsOf(
        sql('{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}'),
      )[0]?.message,
    ).toMatch(/fuel/);
    expect(problemsOf(sql('{{ 1 / }}'))[0]?.message).toMatch(/syntax/);
    expect(problemsOf(sql(model))).toEqual([]);
  });

  test('a macro without end is told, and costs no later project anything', () => {
    const files = {
      ...sql('{{ endless(1) }}'),
      'macros/a.sql': '{% macro endless(x) %}{{ endless(x + 1) }}{% endmacro %}',
    };
    const [problem] = problemsOf(files);
    expect(problem?.feature).toBe('jinja');
    expect(problemsOf(sql(model))).toEqual([]);
    expect(problemsOf(sql('{{ 1 / }}'))[0]?.message).toMatch(/syntax/);
  });
});
