import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { md5 } from '../../../workers/transform/md5.ts';
import { hashTest, nameTest } from '../../../workers/transform/test-name.ts';
import { parseYaml } from '../../../workers/transform/yaml-tree.ts';
import { Problems } from '../../../workers/transform/errors.ts';

test('md5 agrees with OpenSSL at every length around a block, and on UTF-8', () => {
  const texts = [
    ...Array.from({ length: 200 }, (_, i) => 'é'.repeat(i % 7) + 'a'.repeat(i)),
    'naïve — 数',
    'x'.repeat(100_000),
  ];
  for (const text of texts) expect(md5(text)).toBe(createHash('md5').update(text).digest('hex'));
});

/** Hashes computed by dbt-core 1.10's own code. */
test.each([
  [{ values: [true, null, 1, 2.5, "it's", 'a\\b', 'say "hi"', `both ' and "`] }, '55b71e20de'],
  [{ nested: { b: [1, { c: 'd' }], a: 'ü\n' } }, '4ed6181ff4'],
])('hash of %j', (args, hash) => {
  const identity = {
    testName: 't',
    namespace: null,
    targetName: 'm',
    onSource: false,
    kwargs: { ...args, model: 'M' },
  };
  expect(hashTest(nameTest(identity).full, identity)).toBe(hash);
});

test('names of scalars are those of Python', () => {
  const kwargs = { a: [true, null, 1.5], b: { c: 'x y', d: false }, column_name: 'k', model: 'M' };
  const identity = { testName: 't', namespace: 'ns', targetName: 's_m', onSource: true, kwargs };
  expect(nameTest(identity).full).toBe('ns_source_t_s_m_True__None__1_5__x_y__False__k');
});

test('YAML is read as PyYAML reads it, with places', () => {
  const problems = new Problems();
  const tree = parseYaml('f.yml', 'base: &b {x: yes}\nlist:\n  - *b\n  - on: 2024-01-05\n', problems);
  expect(tree?.value).toEqual({ base: { x: true }, list: [{ x: true }, { true: '2024-01-05' }] });
  expect(tree?.entries?.get('list')?.tree.items?.[1]).toMatchObject({ file: 'f.yml', line: 4 });
  expect(problems.list).toEqual([]);
});
