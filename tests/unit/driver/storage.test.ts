import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, Job } from '../../../workers/api.ts';
import { Jobs } from '../../../workers/driver/jobs.ts';
import { LabGuard } from '../../../workers/driver/lab-guard.ts';
import { Storage } from '../../../workers/driver/storage.ts';
import { openRestore } from '../../../workers/lake/archive/restore-marker.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { testEnv, writtenFile } from '../lake/fixtures.ts';

const ORDERS = { lab: 'shop', schema: 'bronze', name: 'orders' };
const SCHEMA = struct({ id: 'long' });

let store: MemoryStore;
let lake: Lake;
let storage: Storage;
let guard: LabGuard;
let running: Set<string>;
let told: string[];
let jobs: Jobs;
let events: Job[];

beforeEach(async () => {
  store = new MemoryStore();
  lake = new Lake(store, testEnv());
  running = new Set();
  told = [];
  events = [];
  guard = new LabGuard((lab) => running.has(lab));
  jobs = new Jobs((event: EngineEvent) => void (event.type === 'job' && events.push(event.job)));
  const dropRelation = async (...names: string[]): Promise<void> => void told.push(`drop ${names.join('.')}`);
  const rooms = { store, lake, noteChange: (lab: string) => void told.push(`changed ${lab}`) };
  storage = new Storage({
    rooms: { ...rooms, warehouse: { dropRelation } as never },
    jobs,
    guard,
    labs: ['shop', 'empty'],
    reloadHistory: async (lab) => void told.push(`history ${lab}`),
  });
  await lake.table(ORDERS).overwrite(SCHEMA, [], [writtenFile('old-one')]);
  await lake.table(ORDERS).overwrite(SCHEMA, [], [writtenFile('new')]);
  await lake.publishView({ ...ORDERS, name: 'v' }, 'select 1', []);
  await lake.table({ ...ORDERS, lab: 'gone' }).overwrite(SCHEMA, [], [writtenFile('x')]);
  await store.publish('landing/shop/banks/b/0-a.csv', new Uint8Array(7));
});

const countFiles = (folder: string): Promise<number> =>
  store.list(folder).then((entries) => entries.reduce((sum, { kind }) => sum + (kind === 'file' ? 1 : 0), 0));

describe('what is stored', () => {
  it('knows live files of a partition column whose name starts with an underscore', async () => {
    const schema = struct({ id: 'long', _day: 'date' });
    const file = writtenFile('_day=2025-01-01/part', 1, { _day: '2025-01-01' });
    await lake.table({ ...ORDERS, name: 'days' }).overwrite(schema, ['_day'], [file]);
    const [shop] = await storage.storageUse();
    expect(shop?.tables.find(({ name }) => name === 'bronze.days')).toMatchObject({
      liveFiles: 1,
      oldFiles: 0,
    });
  });

  it('is told by lab and table: live, old, log, landing', async () => {
    await store.publish('lake/shop/bronze/orders/orphan', new Uint8Array(100));
    const [shop, empty, gone] = await storage.storageUse();
    const log = shop!.tables[0]!.logBytes;
    const view = (await store.size('lake/shop/bronze/v/_view.json'))!;
    expect(shop).toEqual({
      lab: 'shop',
      known: true,
      bytes: 3 + 107 + log + view + 7,
      landingBytes: 7,
      tables: [
        {
          name: 'bronze.orders',
          kind: 'table',
          liveBytes: 3,
          liveFiles: 1,
          oldBytes: 107,
          oldFiles: 2,
          logBytes: log,
        },
        {
          name: 'bronze.v',
          kind: 'view',
          liveBytes: view,
          liveFiles: 1,
          oldBytes: 0,
          oldFiles: 0,
          logBytes: 0,
        },
      ],
    });
    expect(log).toBe(
      (await store.read('lake/shop/bronze/orders/_delta_log/00000000000000000000.json')).length +
        (await store.read('lake/shop/bronze/orders/_delta_log/00000000000000000001.json')).length,
    );
    expect(empty).toEqual({ lab: 'empty', known: true, bytes: 0, landingBytes: 0, tables: [] });
    expect(gone).toMatchObject({ lab: 'gone', known: false });
  });

  it('calls no file of a broken table old, and counts what a killed writer left', async () => {
    await store.publish(
      'lake/shop/bronze/orders/_delta_log/00000000000000000000.json',
      new TextEncoder().encode('{x}\n'),
    );
    await store.publish('lake/shop/bronze/never/part-0', new Uint8Array(5));
    await lake.forget(ORDERS);
    const [shop] = await storage.storageUse();
    expect(shop!.tables.map(({ name, liveFiles, oldFiles }) => [name, liveFiles, oldFiles])).toEqual([
      ['bronze.never', 0, 1],
      ['bronze.orders', 2, 0],
      ['bronze.v', 1, 0],
    ]);
  });

  it('asks the store for the size of a file once', async () => {
    await storage.storageUse();
    let asked = 0;
    const size = store.size.bind(store);
    store.size = (path) => {
      asked += path.includes('_view') || path.includes('_last_checkpoint') ? 0 : 1;
      return size(path);
    };
    await lake.table(ORDERS).snapshot();
    asked = 0;
    await storage.storageUse();
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('is in memory where there is no OPFS, and tells of a restore that was interrupted', async () => {
    expect(await storage.storage()).toEqual({ kind: 'memory', usedBytes: null, quotaBytes: null });
    await openRestore(store, ['shop'], 1);
    expect((await storage.storage()).interruptedRestore).toEqual(['shop']);
    await storage.deleteLab('shop');
    expect((await storage.storage()).interruptedRestore).toBeUndefined();
  });
});

describe('deleting', () => {
  it('takes a table with its history, and lets nobody remember it', async () => {
    await storage.deleteTable('bronze.orders');
    expect(await countFiles('lake/shop/bronze/orders')).toBe(0);
    expect(await lake.tables('shop')).toEqual([]);
    expect(told).toEqual([
      'changed shop',
      'drop shop.bronze.orders',
      'drop shop.bronze.v',
      'drop shop.bronze.v',
      'history shop',
    ]);
    await storage.deleteTable('gone.bronze.orders');
    expect(await lake.tables('gone')).toEqual([]);
    await expect(storage.deleteTable('bronze.orders')).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(storage.deleteTable('orders')).rejects.toMatchObject({ name: 'InvalidNameError' });
  });

  it('takes a lab with its imported files, known or not', async () => {
    await storage.deleteLab('shop');
    await storage.deleteLab('gone');
    expect(await store.list('lake')).toEqual([]);
    expect(await store.list('landing')).toEqual([]);
    await expect(storage.deleteLab('shop')).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('is refused while a run is under way, and refuses runs while it lasts', async () => {
    running.add('shop');
    const refused = { name: 'LabBusyError', message: expect.stringContaining('in use by a run') as string };
    await expect(storage.deleteTable('bronze.orders')).rejects.toMatchObject(refused);
    await expect(storage.deleteLab('shop')).rejects.toMatchObject(refused);
    await expect(storage.restoreBackup(await storage.backup())).rejects.toMatchObject(refused);
    expect(await lake.tables('shop')).toHaveLength(1);
    running.clear();
    const remove = store.removeFolder.bind(store);
    store.removeFolder = async (folder) => {
      expect(() => guard.requireFree('shop')).toThrow(/in use by its deletion/);
      expect(() => guard.requireFree('gone')).not.toThrow();
      await expect(storage.deleteLab('shop')).rejects.toMatchObject({ name: 'LabBusyError' });
      return remove(folder);
    };
    await storage.deleteLab('shop');
    expect(() => guard.requireFree('shop')).not.toThrow();
    expect(await lake.tables('shop')).toEqual([]);
  });
});

describe('backup and restore', () => {
  it('go through a file, and tell how far they are', async () => {
    const file = await storage.backup({ lab: 'shop', jobId: 'b' });
    expect(file.name).toMatch(/^tarn-shop-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.zip$/);
    expect(events.at(-1)).toMatchObject({ jobId: 'b', what: 'backup', subject: 'shop', state: 'completed' });
    expect(events.at(-1)!.doneBytes).toBe(events.at(-1)!.totalBytes);
    expect(await store.list('backups')).toEqual([]);
    const summary = await storage.inspectBackup(file);
    expect(summary).toMatchObject({ bytes: file.size, labs: [{ lab: 'shop', tables: 2, exists: true }] });
    await storage.deleteLab('shop');
    told = [];
    const restored = await storage.restoreBackup(file, { jobId: 'r' });
    expect(restored).toMatchObject({ labs: [{ lab: 'shop', exists: false }] });
    expect(events.at(-1)).toMatchObject({ jobId: 'r', state: 'completed' });
    expect(events.at(-1)!.doneBytes).toBe(events.at(-1)!.totalBytes);
    expect((await lake.table(ORDERS).snapshot()).version).toBe(1);
    expect(told).toContain('history shop');
    expect(told).toContain('drop shop.bronze.orders');
  });

  it('replace only the labs that are asked for', async () => {
    const file = await storage.backup();
    await storage.deleteLab('shop');
    await storage.deleteLab('gone');
    await storage.restoreBackup(file, { labs: ['gone'] });
    expect(await lake.labs()).toEqual(['gone']);
    await expect(storage.restoreBackup(file, { labs: ['none'] })).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    await expect(storage.backup({ lab: 'empty' })).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('change nothing when they are cancelled', async () => {
    const file = await storage.backup({ lab: 'shop' });
    await lake.table(ORDERS).append([writtenFile('later')]);
    const publish = store.publishStream.bind(store);
    await store.remove('lake/shop/bronze/orders/old-one');
    store.publishStream = async (path, chunks) => {
      await storage.cancelJob('r');
      return publish(path, chunks);
    };
    await expect(storage.restoreBackup(file, { jobId: 'r' })).rejects.toMatchObject({
      name: 'JobCancelledError',
    });
    expect((await lake.table(ORDERS).snapshot()).version).toBe(2);
    expect(await store.size('lake/shop/bronze/orders/old-one')).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ state: 'cancelled' });
  });

  it('leave no backup behind at the next start', async () => {
    await store.publish('backups/old.zip', new Uint8Array(3));
    await storage.cleanUp();
    expect(await store.list('backups')).toEqual([]);
  });
});
