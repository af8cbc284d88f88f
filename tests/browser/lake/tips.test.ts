import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdbTips } from '../../../workers/lake/store/idb-tips.ts';
import type { Tip } from '../../../workers/lake/types.ts';
import TipsWorker from './tips.worker.ts?worker';

const TABLE = 'lake/lab/bronze/orders';
const tip = (version: number, rest: Partial<Tip> = {}): Tip => ({
  version,
  sha256: `sha-${version}`,
  timestamp: version,
  ...rest,
});

let database: string;
let tips: IdbTips;

beforeEach(async () => {
  database = `tips-${crypto.randomUUID()}`;
  tips = await IdbTips.open(database);
});

afterEach(() => {
  vi.restoreAllMocks();
  tips.close();
  indexedDB.deleteDatabase(database);
});

describe('tips in IndexedDB', () => {
  it('keeps the newest of each table across openings', async () => {
    expect(await tips.read(TABLE)).toBeUndefined();
    await tips.record(TABLE, tip(1));
    await tips.record(TABLE, tip(2));
    await tips.record(`${TABLE}_other`, tip(9));
    tips.close();
    tips = await IdbTips.open(database);
    expect(await tips.read(TABLE)).toEqual(tip(2));
    expect(await tips.read(`${TABLE}_other`)).toEqual(tip(9));
  });

  it('ignores an older version that comes late, and takes the newest of many at once', async () => {
    await Promise.all([3, 5, 1, 4, 2].map((version) => tips.record(TABLE, tip(version))));
    expect(await tips.read(TABLE)).toEqual(tip(5));
  });

  it('carries a loss on until the table is forgotten', async () => {
    const lost = { first: 2, last: 3, timestamp: 7 };
    await tips.record(TABLE, tip(1, { lost }));
    await tips.record(TABLE, tip(2));
    expect(await tips.read(TABLE)).toEqual(tip(2, { lost }));
    await tips.forget(TABLE);
    await tips.record(TABLE, tip(1));
    expect(await tips.read(TABLE)).toEqual(tip(1));
  });

  it('forgets a table, or all below a folder, and no neighbour', async () => {
    const tables = ['lake/lab/bronze/a', 'lake/lab/bronze/ab', 'lake/lab/silver/a', 'lake/lab2/bronze/a'];
    for (const table of tables) await tips.record(table, tip(1));
    const known = (): Promise<string[]> => tips.list('lake');
    expect(await tips.list('lake/lab')).toEqual(tables.slice(0, 3));
    await tips.forget('lake/lab/bronze/a');
    expect(await known()).toEqual(tables.slice(1));
    await tips.forget('lake/lab');
    expect(await known()).toEqual(['lake/lab2/bronze/a']);
  });

  it('asks the browser to write through to the disk', async () => {
    const asked = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await tips.record(TABLE, tip(1));
    expect(asked).toHaveBeenCalledWith('tips', 'readwrite', { durability: 'strict' });
  });

  it('says so where IndexedDB is refused', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    await expect(IdbTips.open('refused')).rejects.toMatchObject({
      name: 'MirrorUnavailableError',
      message: expect.stringContaining('refused'),
    });
  });

  it('has a commit before its writer hears of it, wherever the writer is killed', async () => {
    const root = `tips-${crypto.randomUUID()}`;
    const worker = new TipsWorker();
    let acknowledged = -1;
    await new Promise<void>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<number>) => {
        acknowledged = data;
        if (data >= 25) resolve();
      };
      worker.postMessage({ root, database });
    });
    worker.terminate();
    expect((await tips.read(TABLE))?.version).toBeGreaterThanOrEqual(acknowledged);
    await (await navigator.storage.getDirectory()).removeEntry(root, { recursive: true });
  });
});
