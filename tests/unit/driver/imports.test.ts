import { beforeEach, describe, expect, it } from 'vitest';
import { Imports } from '../../../workers/driver/imports.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';

const text = (content: string, name: string) => new File([content], name);
const folder = 'landing/transactions/transactions';

let store: MemoryStore;
let imports: Imports;
let batches: number;

beforeEach(() => {
  store = new MemoryStore();
  batches = 0;
  imports = new Imports(
    store,
    async ({ bytes, fileName }) => {
      const content = new TextDecoder().decode(bytes);
      if (content.includes('wrong')) throw new Error(`${fileName}: wrong`);
      return content.split('\n').length - 1;
    },
    () => `batch-${++batches}`,
  );
});

describe('landing zone', () => {
  it('keeps files as they came and counts their rows on', async () => {
    const files = [text('h\n1\n2', 'a b.csv'), text('h\n3', 'c.csv')];
    const report = await imports.land('transactions', 'transactions', files);
    expect(report).toEqual({
      lab: 'transactions',
      source: 'transactions',
      files: [
        { name: 'a b.csv', rows: 2, bytes: 5 },
        { name: 'c.csv', rows: 1, bytes: 3 },
      ],
      rows: 3,
    });
    const landed = await imports.files('transactions', 'transactions');
    expect(landed.map(({ fileName, firstRow, rows }) => [fileName, firstRow, rows])).toEqual([
      ['a b.csv', 0, 2],
      ['c.csv', 2, 1],
    ]);
    expect(new TextDecoder().decode(await store.read(landed[0]?.landingPath ?? ''))).toBe('h\n1\n2');
    expect(await imports.report('transactions', 'transactions')).toEqual(report);
  });

  it('takes all files or none: what was landed before stays', async () => {
    await imports.land('transactions', 'transactions', [text('h\n1', 'good.csv')]);
    const bad = [text('h\n2', 'fine.csv'), text('wrong', 'bad.csv')];
    await expect(imports.land('transactions', 'transactions', bad)).rejects.toThrow('bad.csv: wrong');
    expect((await imports.report('transactions', 'transactions'))?.files.map(({ name }) => name)).toEqual([
      'good.csv',
    ]);
    expect((await store.list(folder)).map(({ name }) => name)).toEqual(['_import.json', 'batch-1']);
  });

  it('replaces an import and removes its files', async () => {
    await imports.land('transactions', 'transactions', [text('h\n1', 'old.csv')]);
    await imports.land('transactions', 'transactions', [text('h\n1\n2', 'new.csv')]);
    expect((await store.list(folder)).map(({ name }) => name)).toEqual(['_import.json', 'batch-2']);
    await imports.clear('transactions', 'transactions');
    expect(await imports.report('transactions', 'transactions')).toBeNull();
    expect(await imports.files('transactions', 'transactions')).toEqual([]);
  });

  it('says what to do when no file is given', async () => {
    await expect(imports.land('transactions', 'transactions', [])).rejects.toThrow(/choose one or more/);
  });
});
