import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { StorageApi } from '../../../workers/api.ts';
import type { ArchiveCalls } from './archive.worker.ts';
import ArchiveWorker from './archive.worker.ts?worker';

const workers: Worker[] = [];
let roots = 0;

interface Opened {
  lake: Comlink.Remote<ArchiveCalls>;
  storage: Comlink.Remote<StorageApi>;
}

/** A worker with a lake of its own. */
async function start(): Promise<Opened> {
  const worker = new ArchiveWorker();
  workers.push(worker);
  const lake = Comlink.wrap<ArchiveCalls>(worker);
  await lake.open(`test-archive-${Date.now()}-${(roots += 1)}`);
  return { lake, storage: (await lake.storage()) as Comlink.Remote<StorageApi> };
}

const top = (): Promise<FileSystemDirectoryHandle> => navigator.storage.getDirectory();

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const root = await top();
  for await (const name of root.keys()) {
    if (name.startsWith('test-')) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
  }
});

/** Sizes of all files below a folder, by path. */
async function filesIn(folder: FileSystemDirectoryHandle, prefix = ''): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file')
      found[prefix + name] = (await (handle as FileSystemFileHandle).getFile()).size;
    else Object.assign(found, await filesIn(handle as FileSystemDirectoryHandle, `${prefix}${name}/`));
  }
  return found;
}

describe('a backup in OPFS', () => {
  it('lies on disk, reaches the page as a file, and restores the lab', async () => {
    const { lake, storage } = await start();
    await lake.append(1, 2);
    await lake.append(3);
    await lake.publish('landing/shop/banks/b/0-a.csv', 5_000_000);
    const file = await storage.backup({ lab: 'shop', jobId: 'b' });
    expect(file).toBeInstanceOf(File);
    expect(file.size).toBeGreaterThan(5_000_000);
    expect(await lake.list('backups')).toEqual([file.name]);
    expect((await lake.jobs()).at(-1)).toMatchObject({ jobId: 'b', state: 'completed' });
    await lake.append(4);
    const summary = await storage.restoreBackup(file);
    expect(summary.labs).toMatchObject([{ lab: 'shop', tables: 1, exists: true }]);
    expect(await lake.version()).toBe(2);
    await lake.append(5);
    expect(await lake.version()).toBe(3);
    expect(await lake.list('landing/shop/banks/b')).toEqual(['0-a.csv']);
  });

  it('fills another lake, and goes at the next backup', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    const file = await storage.backup({});
    const second = await start();
    expect(await second.storage.inspectBackup(file)).toMatchObject({
      labs: [{ lab: 'shop', exists: false }],
    });
    await second.storage.restoreBackup(file);
    expect(await second.lake.version()).toBe(1);
    const copy = await second.storage.backup({});
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await second.storage.backup({});
    expect(await second.lake.list('backups')).not.toContain(copy.name);
    expect(await second.lake.list('backups')).toHaveLength(1);
  });

  it('leaves nothing when it is cancelled', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    await lake.publish('landing/shop/s/b/a', 3_000_000);
    await lake.cancelWhenUnderWay('b');
    await expect(storage.backup({ jobId: 'b' })).rejects.toMatchObject({ name: 'JobCancelledError' });
    expect(await lake.list('backups')).toEqual([]);
  });
});

describe('a folder of the disk', () => {
  const folder = async (): Promise<FileSystemDirectoryHandle> =>
    (await top()).getDirectoryHandle(`test-folder-${roots}`, { create: true });

  it('gets each table as a Delta folder, and a note how to open it', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    const target = await folder();
    const saved = await storage.saveToFolder(target);
    const files = await filesIn(target);
    expect(Object.keys(files).sort()).toEqual([
      'README.txt',
      'shop/bronze/orders/_delta_log/00000000000000000000.json',
      'shop/bronze/orders/_delta_log/00000000000000000001.json',
      expect.stringMatching(/^shop\/bronze\/orders\/part-00000-.*\.zstd\.parquet$/),
    ]);
    const { 'README.txt': readme, ...tables } = files;
    expect(saved).toEqual({ files: 3, bytes: Object.values(tables).reduce((sum, size) => sum + size, 0) });
    const text = await (await (await target.getFileHandle('README.txt')).getFile()).text();
    expect(text).toContain('spark.read.format("delta").load("shop/bronze/orders")');
    expect(readme).toBeGreaterThan(500);
  });

  it('gets only what is new the next time', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    const target = await folder();
    await storage.saveToFolder(target);
    expect(await storage.saveToFolder(target)).toEqual({ files: 0, bytes: 0 });
    await lake.append(2);
    expect(await storage.saveToFolder(target)).toMatchObject({ files: 2 });
  });

  it('follows a table that was restored to an older state', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    const backup = await storage.backup({});
    await lake.append(2);
    await lake.append(3);
    const target = await folder();
    await storage.saveToFolder(target);
    await storage.restoreBackup(backup);
    await lake.append(4);
    await storage.saveToFolder(target);
    const logs = Object.keys(await filesIn(target)).filter((path) => path.includes('_delta_log'));
    expect(logs).toHaveLength(3);
    const last = await (await start()).storage.importDelta(await sourceOf(target), 'bronze.copy');
    expect(last).toMatchObject({ name: 'bronze.copy', version: 2, numRecords: 2 });
  });

  it('that cannot be written is named', async () => {
    const { lake, storage } = await start();
    await lake.append(1);
    const target = await folder();
    await target.getFileHandle('shop', { create: true });
    await expect(storage.saveToFolder(target)).rejects.toMatchObject({
      name: 'FolderWriteError',
      message: expect.stringContaining('shop/bronze/orders/part-') as string,
    });
  });
});

describe('a Delta table of the disk', () => {
  it('is looked at and brought into the lake', async () => {
    const { lake, storage } = await start();
    await lake.append(1, 2, 3);
    const target = await (await top()).getDirectoryHandle('test-source', { create: true });
    await storage.saveToFolder(target);
    const source = await sourceOf(target);
    expect(await storage.inspectDelta(source)).toMatchObject({
      suggestedName: 'orders',
      version: 1,
      numRecords: 3,
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'name', type: 'VARCHAR' },
      ],
      partitionColumns: [],
      engineInfo: expect.stringMatching(/tarn/i) as string,
    });
    await expect(storage.importDelta(source, 'bronze.orders')).rejects.toMatchObject({
      name: 'TableExistsError',
    });
    await storage.importDelta(source, 'bronze.copy', { jobId: 'i' });
    expect((await lake.jobs()).at(-1)).toMatchObject({
      jobId: 'i',
      what: 'importDelta',
      state: 'completed',
    });
    expect(await lake.list('lake/shop/bronze')).toEqual(['copy', 'orders']);
  });
});

/** The files of a folder with their paths, as a page hands them over. */
async function sourceOf(folder: FileSystemDirectoryHandle): Promise<{ path: string; file: File }[]> {
  const source: { path: string; file: File }[] = [];
  for (const path of Object.keys(await filesIn(folder))) {
    let at = folder;
    const names = path.split('/');
    for (const name of names.slice(0, -1)) at = await at.getDirectoryHandle(name);
    source.push({ path, file: await (await at.getFileHandle(names.at(-1) ?? '')).getFile() });
  }
  return source;
}
