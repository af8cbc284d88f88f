import { describe, expect, test } from 'vitest';
import { checkParam, checkParams, readParams } from '../../../src/lib/share/param-check.ts';
import { formatRecipe, parseRecipe } from '../../../src/lib/share/recipe.ts';
import {
  TRANSACTIONS_GENERATOR,
  TRANSACTIONS_PARAMS as specs,
} from '../../../src/lib/share/transactions-params.ts';
import { TRANSACTIONS_PARAMS as engineSpecs } from '../../../workers/sources/transactions/params.ts';
import { GENERATOR_VERSION } from '../../../workers/sources/transactions/spec.ts';

const parse = (query: string) => parseRecipe(new URLSearchParams(query), specs);
const spec = (name: string) => {
  const found = specs.find((one) => one.name === name);
  if (!found) throw new Error(`no parameter ${name}`);
  return found;
};
const fingerprints = {
  'gold.hourly_pattern': '24-00112233aabbccdd',
  'gold.dim_customers': '10000-0123456789abcdef',
};

describe('what pages know before the engine', () => {
  test('is what the engine will say; only the number of workers follows the machine', () => {
    const without = (list: readonly { name: string }[]) => list.filter(({ name }) => name !== 'workers');
    expect(without(specs)).toEqual(without(engineSpecs));
    expect(TRANSACTIONS_GENERATOR).toBe(GENERATOR_VERSION);
  });
});

describe('a recipe in the address', () => {
  test('is readable, always whole, and leaves defaults of speed out', () => {
    expect(formatRecipe({ texts: {}, generator: 'transactions-1', fingerprints: null }, specs)).toBe(
      'rows=1000000&days=1&start=2025-01-01&seed=42&dirt=0.01&generator=transactions-1',
    );
    const texts = { compression: 'snappy', source: 'files' };
    expect(formatRecipe({ texts, generator: null, fingerprints: null }, specs)).toContain(
      '&compression=snappy&source=files',
    );
  });

  test('keeps fingerprints readable and sorted', () => {
    const query = formatRecipe({ texts: {}, generator: null, fingerprints }, specs);
    expect(query).toMatch(
      /&fp=gold\.dim_customers:10000-0123456789abcdef,gold\.hourly_pattern:24-00112233aabbccdd$/,
    );
  });

  test('comes back as it was written', () => {
    const recipe = { texts: { rowsPerDay: '5000', seed: '7' }, generator: 'transactions-1', fingerprints };
    const { recipe: back, problems } = parse(formatRecipe(recipe, specs));
    expect(problems).toEqual([]);
    expect(back.texts).toMatchObject(recipe.texts);
    expect(back.generator).toBe('transactions-1');
    expect(back.fingerprints).toEqual(fingerprints);
  });

  test('tells what it does not know, and takes the rest', () => {
    const { recipe, problems } = parse('rows=10&colour=red&fp=gold.a:12-00112233aabbccdd,gold.b:nonsense');
    expect(recipe.texts).toEqual({ rowsPerDay: '10' });
    expect(recipe.fingerprints).toEqual({ 'gold.a': '12-00112233aabbccdd' });
    expect(problems).toEqual([
      { key: 'colour', reason: 'unknown-key' },
      { key: 'fp', reason: 'bad-fingerprint', text: 'gold.b:nonsense' },
    ]);
  });
});

describe('a parameter', () => {
  test.each([
    ['rowsPerDay', 'many', 'not-a-number'],
    ['rowsPerDay', '', 'not-a-number'],
    ['rowsPerDay', '0x10', 'not-a-number'],
    ['rowsPerDay', '1.5', 'not-whole'],
    ['rowsPerDay', '0', 'out-of-bounds'],
    ['days', '32', 'out-of-bounds'],
    ['dirtRate', '0.21', 'out-of-bounds'],
    ['startDate', '2025-02-30', 'not-a-date'],
    ['startDate', '1.1.2025', 'not-a-date'],
    ['startDate', '1969-12-31', 'not-a-date'],
    ['compression', 'gzip', 'not-a-choice'],
  ])('%s = "%s" is refused: %s', (name, text, reason) => {
    expect(checkParam(spec(name), text)).toMatchObject({ name, text, reason });
  });

  test.each([
    ['rowsPerDay', '5000000'],
    ['rowsPerDay', '1e6'],
    ['dirtRate', '0'],
    ['dirtRate', '.2'],
    ['startDate', '2024-02-29'],
    ['compression', 'none'],
  ])('%s = "%s" is taken', (name, text) => {
    expect(checkParam(spec(name), text)).toBeNull();
  });
});

test('typed parameters come from texts and defaults; one bad text refuses them all', () => {
  expect(readParams(specs, { rowsPerDay: '1e3', dirtRate: '0' })).toMatchObject({
    rowsPerDay: 1000,
    days: 1,
    startDate: '2025-01-01',
    seed: 42,
    dirtRate: 0,
    compression: 'zstd',
    source: 'generator',
  });
  expect(() => readParams(specs, { days: '99' })).toThrow(/days.*99/);
  expect(checkParams(specs, { days: '99', seed: '-1' }).map((problem) => problem.name)).toEqual([
    'days',
    'seed',
  ]);
});
