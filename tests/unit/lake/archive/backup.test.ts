import { beforeEach, describe, expect, it } from 'vitest';
import { writeBackup } from '../../../../workers/lake/archive/backup.ts';
import { checkBackup } from '../../../../workers/lake/archive/check-backup.ts';
import { UNWATCHED } from '../../../../workers/lake/archive/progress.ts';
import { restoreBackup } from '../../../../workers/lake/archive/restore-backup.ts';
import { openRestore, readOpenRestore } from '../../../../workers/lake/archive/restore-marker.ts';
import { readArchived } from '../../../../workers/lake/archive/archived-file.ts';
import { readZip } from '../../../../workers/lake/archive/zip-reader.ts';
import { type ZipEntry, writeZip } from '../../../../workers/lake/archive/zip-writer.ts';
import { Lake } from '../../../../workers/lake/lake.ts';
import { sha256 } from '../../../../workers/lake/parquet/digest.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import type { WrittenFile } from '../../../../workers/lake/types.ts';
import { loadParquet, testEnv, writtenFile } from '../fixtures.ts';
import { cleanedUpTable } from './cleaned-up.ts';

const ORDERS = { lab: 'shop', schema: 'bronze', name: 'orders' };
const VIEW = { lab: 'shop', schema: 'silver', name: 'stg_orders' };
const OTHER = { lab: 'other', schema: 'gold', name: 'kpi' };
const SCHEMA = struct({ id: 'long' });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let store: MemoryStore;
let lake: Lake;

/** A file that knows its checksum. */
async function fileOf(name: string): Promise<WrittenFile> {
  const file = writtenFile(name);
  return { ...file, add: { ...file.add, tags: { sha256: (await sha256(file.bytes!))! } } };
}

async function contentOf(of: MemoryStore): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = async (folder: string): Promise<void> => {
    for (const { name, kind } of await of.list(folder)) {
      if (kind === 'directory') await visit(`${folder}/${name}`);
      else found[`${folder}/${name}`] = new TextDecoder().decode(await of.read(`${folder}/${name}`));
    }
  };
  for (const root of ['lake', 'landing', 'backups']) await visit(root);
  return found;
}

beforeEach(async () => {
  store = new MemoryStore();
  lake = new Lake(store, testEnv());
  await lake.table(ORDERS).overwrite(SCHEMA, [], [await fileOf('old')]);
  await lake.table(ORDERS).overwrite(SCHEMA, [], [await fileOf('new-1'), await fileOf('new-2')]);
  await lake.publishView(VIEW, 'select 1 as id', [{ name: 'id', type: 'BIGINT' }]);
  await lake.table(OTHER).overwrite(SCHEMA, [], [await fileOf('kpi')]);
  await store.publish('landing/shop/banks/b1/0-a.csv', bytes('a,b'));
  await store.publish('landing/shop/banks/_import.json', bytes('{}'));
  await store.publish(`lake/shop/bronze/orders/orphan`, bytes('of a killed writer'));
});

const backup = (labs = ['shop']): Promise<Blob> => writeBackup(lake, labs, 'b.zip', UNWATCHED);
const check = (zip: Blob) => checkBackup(zip, lake.env, UNWATCHED);

/** The backup with an entry changed, left out (undefined) or added. */
async function tamper(zip: Blob, path: string, content: string | undefined): Promise<Blob> {
  const entries = async function* (): AsyncGenerator<ZipEntry> {
    for (const file of await readZip(zip)) {
      if (file.path !== path)
        yield { name: file.path, content: await readArchived(file), lastModified: new Date(file.modifiedAt) };
    }
    if (content !== undefined) yield { name: path, content: bytes(content), lastModified: new Date(0) };
  };
  return new Response(writeZip(entries()) as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
}

describe('a backup', () => {
  it('holds a manifest, then data, log, views and landing of the lab, without orphans', async () => {
    const files = await readZip(await backup());
    expect(files.map(({ path }) => path)).toEqual([
      'tarn-backup.json',
      'lake/shop/bronze/orders/old',
      'lake/shop/bronze/orders/new-1',
      'lake/shop/bronze/orders/new-2',
      'lake/shop/bronze/orders/_delta_log/00000000000000000000.json',
      'lake/shop/bronze/orders/_delta_log/00000000000000000001.json',
      'lake/shop/silver/stg_orders/_view.json',
      'landing/shop/banks/_import.json',
      'landing/shop/banks/b1/0-a.csv',
    ]);
    expect(JSON.parse(new TextDecoder().decode(await readArchived(files[0]!)))).toMatchObject({
      format: 'tarn-backup',
      formatVersion: 1,
      labs: [
        {
          lab: 'shop',
          tables: [{ name: 'bronze.orders', version: 1, files: 2, bytes: 10 }],
          views: ['silver.stg_orders'],
          landing: { files: 2, bytes: 5 },
        },
      ],
    });
    const history = await lake.table(ORDERS).history();
    expect(files.slice(4, 6).map(({ modifiedAt }) => modifiedAt)).toEqual(
      history.map(({ timestamp }) => timestamp).reverse(),
    );
  });

  it('is of the version that was current when it began', async () => {
    const writing = store.publishStream.bind(store);
    store.publishStream = async (path, chunks) => {
      await lake.table(ORDERS).append([await fileOf('later')]);
      return writing(path, chunks);
    };
    const { manifest, files } = await check(await backup());
    expect(manifest.labs[0]!.tables[0]).toMatchObject({ version: 1, files: 2 });
    expect([...files.keys()].filter((path) => path.includes('later') || path.includes('002.json'))).toEqual(
      [],
    );
  });

  it('is refused when a live file is damaged or missing, and leaves nothing', async () => {
    await store.publish('lake/shop/bronze/orders/new-2', bytes('NEW-2'));
    await expect(backup()).rejects.toMatchObject({
      name: 'DataFileError',
      file: 'lake/shop/bronze/orders/new-2',
    });
    await store.remove('lake/shop/bronze/orders/new-2');
    await expect(backup()).rejects.toMatchObject({ name: 'DataFileError' });
    expect(await store.list('backups')).toEqual([]);
  });

  it('tells how far it is, and leaves nothing when it is cancelled', async () => {
    let [done, total] = [0, 0];
    const advance = (size: number): void => void (done += size);
    await writeBackup(lake, ['shop'], 'b.zip', { ...UNWATCHED, expect: (sum) => (total = sum), advance });
    expect(done).toBe(total);
    expect(total).toBeGreaterThan(500);
    const cancel = (_: number, detail?: string): void => {
      if (detail?.endsWith('new-2')) throw new DOMException('', 'AbortError');
    };
    await expect(
      writeBackup(lake, ['shop'], 'b.zip', { ...UNWATCHED, advance: cancel }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list('backups')).toEqual([]);
  });
});

describe('a restore', () => {
  it('brings back what was there, history and all, and leaves other labs alone', async () => {
    const { ['lake/shop/bronze/orders/orphan']: orphan, ...before } = await contentOf(store);
    const zip = await backup();
    await lake.table(ORDERS).append([await fileOf('later')]);
    await lake.table({ ...ORDERS, name: 'added' }).overwrite(SCHEMA, [], [await fileOf('x')]);
    await lake.publishView({ ...VIEW, name: 'added' }, 'select 2', []);
    await lake.drop(VIEW);
    await store.publish('landing/shop/more/_import.json', bytes('[]'));
    await store.publish('lake/shop/bronze/orders/new-1', bytes('wrong'));
    await restoreBackup(lake, await check(zip), ['shop'], UNWATCHED);
    expect(orphan).toBeDefined();
    expect(await contentOf(store)).toEqual(before);
    expect(await lake.tables('shop')).toEqual([ORDERS]);
    expect((await lake.table(ORDERS).snapshot()).version).toBe(1);
    expect((await lake.table(ORDERS).snapshot(0)).files.map(({ path }) => path)).toEqual(['old']);
    expect((await lake.views('shop')).map(({ ref, sql }) => [ref, sql])).toEqual([[VIEW, 'select 1 as id']]);
    expect(await readOpenRestore(store)).toBeUndefined();
  });

  it('fills an empty lake', async () => {
    const zip = await backup(['shop', 'other']);
    const fresh = new Lake(new MemoryStore(), testEnv());
    await restoreBackup(fresh, await check(zip), ['other'], UNWATCHED);
    expect(await fresh.labs()).toEqual(['other']);
    await restoreBackup(fresh, await check(zip), ['shop', 'other'], UNWATCHED);
    expect(await fresh.tables('shop')).toEqual([ORDERS]);
  });

  it('brings back a table whose log begins with a checkpoint', async () => {
    await loadParquet();
    const { ref, path } = await cleanedUpTable(store);
    const zip = await writeBackup(lake, [ref.lab], 'b.zip', UNWATCHED);
    const fresh = new Lake(new MemoryStore(), testEnv());
    await restoreBackup(fresh, await check(zip), [ref.lab], UNWATCHED);
    expect(await fresh.table(ref).snapshot()).toMatchObject({ version: 11, numRecords: 12 });
    expect((await fresh.store.list(`${path}/_delta_log`)).map(({ name }) => name)).toHaveLength(3);
  });

  it('takes back what it copied when it is cancelled or the storage is full', async () => {
    const zip = await backup();
    await lake.drop(ORDERS);
    const before = await contentOf(store);
    const publish = store.publishStream.bind(store);
    store.publishStream = async (path, chunks) => {
      if (path.endsWith('new-2')) throw new DOMException('', 'QuotaExceededError');
      return publish(path, chunks);
    };
    await expect(restoreBackup(lake, await check(zip), ['shop'], UNWATCHED)).rejects.toThrow();
    expect(await contentOf(store)).toEqual(before);
    expect(await readOpenRestore(store)).toBeUndefined();
  });

  it('says when it was interrupted, and can be repeated', async () => {
    const zip = await backup();
    const before = await contentOf(store);
    const remove = store.remove.bind(store);
    let removed = 0;
    store.remove = async (path) => {
      if ((removed += 1) > 1) throw new Error('killed');
      return remove(path);
    };
    await lake.table(ORDERS).append([await fileOf('later')]);
    await expect(restoreBackup(lake, await check(zip), ['shop'], UNWATCHED)).rejects.toThrow('killed');
    store.remove = remove;
    expect(await readOpenRestore(store)).toMatchObject({ labs: ['shop'] });
    const later = new Lake(store, testEnv());
    await restoreBackup(later, await check(zip), ['shop'], UNWATCHED);
    const { ['lake/shop/bronze/orders/orphan']: _, ...expected } = before;
    expect(await contentOf(store)).toEqual(expected);
    expect(await readOpenRestore(store)).toBeUndefined();
  });

  it('keeps the note of another lab that is still half restored', async () => {
    await openRestore(store, ['other'], 1);
    await restoreBackup(lake, await check(await backup()), ['shop'], UNWATCHED);
    expect((await readOpenRestore(store))?.labs).toEqual(['other']);
  });
});

describe('a backup that is not whole', () => {
  const log = 'lake/shop/bronze/orders/_delta_log/';

  it.each([
    ['tarn-backup.json', undefined, /is missing: this zip is no backup/],
    ['tarn-backup.json', 'hello', /expected JSON/],
    ['tarn-backup.json', '{"format":"other"}', /expected the format "tarn-backup", found "other"/],
    ['tarn-backup.json', '{"format":"tarn-backup","formatVersion":9}', /expected version 1 .* found 9/],
    ['tarn-backup.json', '{"format":"tarn-backup","formatVersion":1}', /not complete/],
    ['lake/shop/bronze/orders/new-1', undefined, /needs it and it is missing/],
    ['lake/shop/bronze/orders/new-1', 'short', /SHA-256/],
    ['lake/shop/bronze/orders/new-1', 'longer', /expected 5 bytes, found 6/],
    [`${log}00000000000000000001.json`, undefined, /expected version 1, found 0/],
    [`${log}00000000000000000000.json`, undefined, /version 0/],
    [`${log}00000000000000000000.json`, '{"add":', /cut off/],
    ['lake/shop/silver/stg_orders/_view.json', undefined, /is missing/],
    ['lake/shop/silver/stg_orders/_view.json', 'select', /cannot be read/],
    ['landing/shop/banks/b1/0-a.csv', undefined, /expected 2 files of 5 bytes, found 1 of 2/],
    ['lake/shop/bronze/other/part', 'x', /belongs to nothing/],
    ['other/file', 'x', /belongs to nothing/],
    ['lake/shop/bronze/orders/../x', 'x', /leads out|Unsafe|unsafe/],
  ])('is refused by name: %s as %j', async (path, content, message) => {
    const zip = await tamper(await backup(), path, content);
    await expect(check(zip)).rejects.toMatchObject({ name: 'BackupError' });
    await expect(check(zip)).rejects.toThrow(message);
  });

  it('is refused when a byte of an old version is wrong', async () => {
    const zip = new Uint8Array(await (await backup()).arrayBuffer());
    const name = Buffer.from(zip).indexOf('orders/old');
    const content = Buffer.from(zip).indexOf('old', name + 'orders/old'.length);
    zip[content] = 79;
    await expect(check(new Blob([zip]))).rejects.toMatchObject({
      name: 'BackupError',
      file: 'lake/shop/bronze/orders/old',
    });
  });
});
