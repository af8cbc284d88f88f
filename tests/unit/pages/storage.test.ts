import { expect, test } from 'vitest';
import { readDropped } from '../../../src/lib/components/dropped-files.ts';
import { readOptimizeForm } from '../../../src/lib/maintenance/optimize-form.ts';
import { checkTableName, toSource } from '../../../src/routes/labs/[lab]/storage/delta-source.ts';
import { nextSort, orderLabs, sortRows, sumRows } from '../../../src/routes/labs/[lab]/storage/use-rows.ts';

const use = (name: string, liveBytes: number, oldBytes: number) => ({
  ...{ name, kind: 'table' as const, liveBytes, oldBytes },
  ...{ liveFiles: 2, oldFiles: oldBytes > 0 ? 3 : 0, logBytes: 10 },
});
const tables = [use('gold.b', 100, 0), use('gold.a', 100, 0), use('silver.c', 20, 500)];
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

test('tables are sorted by any measure, equal ones by name', () => {
  expect(names(sortRows(tables, { column: 'totalBytes', descending: true }))).toEqual([
    'silver.c',
    'gold.a',
    'gold.b',
  ]);
  expect(names(sortRows(tables, { column: 'liveBytes', descending: true }))).toEqual([
    'gold.a',
    'gold.b',
    'silver.c',
  ]);
  expect(names(sortRows(tables, { column: 'name', descending: true }))).toEqual([
    'silver.c',
    'gold.b',
    'gold.a',
  ]);
});

test('a column sorts the largest first, names from A, and the other way round the second time', () => {
  const byName = nextSort({ column: 'totalBytes', descending: true }, 'name');
  expect(byName).toEqual({ column: 'name', descending: false });
  expect(nextSort(byName, 'oldBytes')).toEqual({ column: 'oldBytes', descending: true });
  expect(nextSort(byName, 'name')).toEqual({ column: 'name', descending: true });
});

test('the sum of all tables has live, old and log bytes', () => {
  expect(sumRows(tables)).toMatchObject({
    liveBytes: 220,
    oldBytes: 500,
    logBytes: 30,
    totalBytes: 750,
    files: 9,
  });
});

test('the lab of the page comes first', () => {
  const labs = ['zoo', 'alpha', 'transactions'].map((lab) => ({
    ...{ lab, known: true, bytes: 0, landingBytes: 0, tables: [] },
  }));
  expect(orderLabs(labs, 'transactions').map(({ lab }) => lab)).toEqual(['transactions', 'alpha', 'zoo']);
});

test('a table gets a name that SQL needs no quotes for, and that is free', () => {
  expect(checkTableName('bronze.orders_2024', ['bronze.orders'])).toBeNull();
  expect(checkTableName('bronze.orders', ['bronze.orders'])).toBe('taken');
  for (const wrong of ['orders', 'Bronze.orders', 'bronze.2024', 'bronze.a-b', 'lab.bronze.orders', '../x.y'])
    expect(checkTableName(wrong, []), wrong).toBe('wrong');
});

test('one zip is opened as a zip; several files, or one of another kind, are a folder', () => {
  const zip = { path: 'orders.ZIP', file: new File([], 'orders.ZIP') };
  const log = { path: 'orders/_delta_log/0.json', file: new File([], '0.json') };
  expect(toSource([zip])).toBe(zip.file);
  expect(toSource([log])).toEqual([log]);
  expect(toSource([zip, log])).toEqual([zip, log]);
});

test('the form of OPTIMIZE says its options only when it is complete', () => {
  const form = { mebibytes: '64', layout: 'none' as const, columns: ['a', 'b'] };
  expect(readOptimizeForm(form).options).toEqual({ targetBytes: 64 * 1024 * 1024 });
  expect(readOptimizeForm({ ...form, layout: 'sort' }).options).toMatchObject({ sortBy: ['a', 'b'] });
  expect(readOptimizeForm({ ...form, layout: 'zorder' }).options).toMatchObject({ zOrderBy: ['a', 'b'] });
  expect(readOptimizeForm({ ...form, layout: 'sort', columns: [] }).options).toBeNull();
  for (const mebibytes of ['', '0', '2000', 'many'])
    expect(readOptimizeForm({ ...form, mebibytes }), mebibytes).toEqual({ options: null, badTarget: true });
});

/** An entry as the browser makes it: a folder tells at most 100 children at a time. */
function entryOf(path: string, children?: object[]): object {
  const name = path.split('/').at(-1) ?? '';
  if (!children) {
    const file = (resolve: (file: File) => void) => resolve(new File(['x'], name));
    return { isFile: true, isDirectory: false, fullPath: path, file };
  }
  const createReader = () => {
    const rest = [...children];
    return { readEntries: (resolve: (part: object[]) => void) => resolve(rest.splice(0, 100)) };
  };
  return { isFile: false, isDirectory: true, fullPath: path, createReader };
}

test('a dropped folder is walked to its end, however many files it has', async () => {
  const commits = Array.from({ length: 230 }, (_, i) => entryOf(`/orders/_delta_log/${i}.json`));
  const folder = entryOf('/orders', [
    entryOf('/orders/part-0.parquet'),
    entryOf('/orders/_delta_log', commits),
  ]);
  const item = { kind: 'file', webkitGetAsEntry: () => folder, getAsFile: () => null };
  const files = await readDropped({ items: [item, { kind: 'string' }] } as unknown as DataTransfer);
  expect(files).toHaveLength(231);
  expect(files.map(({ path }) => path)).toContain('orders/_delta_log/229.json');
  expect(files.find(({ path }) => path === 'orders/part-0.parquet')?.file.name).toBe('part-0.parquet');
});
