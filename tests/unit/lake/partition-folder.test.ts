import { expect, test } from 'vitest';
import { encodeFilePath, partitionFolder } from '../../../workers/lake/parquet/partition-folder.ts';
import { dataFilePath } from '../../../workers/lake/path.ts';

test.each([
  ['EU', 'region=EU/', 'region=EU/'],
  ['US/East', 'region=US%2FEast/', 'region=US%252FEast/'],
  ['100%', 'region=100%25/', 'region=100%2525/'],
  ['a b', 'region=a%20b/', 'region=a%2520b/'],
  ['Zürich', 'region=Z%C3%BCrich/', 'region=Z%25C3%25BCrich/'],
  ["it's (1)*", 'region=it%27s%20%281%29%2A/', 'region=it%2527s%2520%25281%2529%252A/'],
  ['v1.', 'region=v1%2E/', 'region=v1%252E/'],
  [null, 'region=__HIVE_DEFAULT_PARTITION__/', 'region=__HIVE_DEFAULT_PARTITION__/'],
  ['', 'region=__HIVE_DEFAULT_PARTITION__/', 'region=__HIVE_DEFAULT_PARTITION__/'],
])('value %j lies in folder %s and is %s in the log', (value, folder, path) => {
  expect(partitionFolder(['region'], { region: value })).toBe(folder);
  expect(encodeFilePath(folder)).toBe(path);
  expect(dataFilePath('t', path)).toBe(`t/${folder}`);
});

test('folders follow the order of the partition columns', () => {
  expect(partitionFolder(['day', 'region'], { region: 'EU', day: '2025-01-31' })).toBe(
    'day=2025-01-31/region=EU/',
  );
  expect(partitionFolder([], {})).toBe('');
});

test('a value too long for a name leaves the folders out', () => {
  expect(partitionFolder(['a', 'b'], { a: 'x', b: 'ü'.repeat(40) })).toBe('');
});
