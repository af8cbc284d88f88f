import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';
import { describeFileStore } from '../../unit/lake/file-store-contract.ts';
import { type StoreClient, startStore } from './store-client.ts';

const started: StoreClient[] = [];
let roots = 0;

async function start(root: string, prepare?: (client: StoreClient) => Promise<void>): Promise<StoreClient> {
  const client = await startStore(root, prepare);
  started.push(client);
  return client;
}

const newRoot = (): string => `test-${Date.now()}-${(roots += 1)}`;

afterEach(async () => {
  for (const client of started.splice(0)) client.terminate();
  const top = await navigator.storage.getDirectory();
  for await (const name of top.keys()) {
    if (name.startsWith('test-')) await top.removeEntry(name, { recursive: true }).catch(() => undefined);
  }
});

describeFileStore('MemoryStore', async () => new MemoryStore());
describeFileStore('OpfsStore', () => start(newRoot()));
describeFileStore('OpfsStore without move()', () => start(newRoot(), (client) => client.hideMove()));

describe('OpfsStore', () => {
  it('says why it cannot open outside a dedicated worker', async () => {
    await expect(OpfsStore.open()).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    await expect(OpfsStore.open()).rejects.toThrow(/only in dedicated workers/);
  });

  it('lets one of several workers win each name', async () => {
    const root = newRoot();
    const workers = await Promise.all([start(root), start(root), start(root)]);
    for (const name of ['0', '1', '2', '3', '4']) {
      const bytes = new TextEncoder().encode(name);
      const won = await Promise.all(
        workers.flatMap((worker) => [
          worker.putIfAbsent(`log/${name}`, bytes),
          worker.putIfAbsent(`log/${name}`, bytes),
        ]),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
  });

  it('loses no commit of two workers that append at once', async () => {
    const root = newRoot();
    const [a, b] = await Promise.all([start(root), start(root)]);
    await a.snapshot();
    const versions = (await Promise.all([a.append('a', 20), b.append('b', 20)])).flat();
    expect(new Set(versions).size).toBe(40);
    for (const worker of [a, b]) {
      const { version, paths } = await worker.snapshot();
      expect(version).toBe(40);
      expect(new Set(paths).size).toBe(40);
    }
  });

  it('leaves whole files only when a writer is killed, and the next first one in cleans up', async () => {
    const root = newRoot();
    const victim = await start(root);
    void victim.publishEndlessly();
    await new Promise((resolve) => setTimeout(resolve, 400));
    victim.terminate();
    const survivor = await start(root);
    const files = await survivor.list('data');
    expect(files.length).toBeGreaterThan(0);
    for (const { name } of files) expect(await survivor.size(`data/${name}`)).toBe(2_000_000);
    await expect(namesIn(root, 'data')).resolves.toEqual(files.map(({ name }) => name));
  });

  it.each(['publish', 'publishStream', 'putIfAbsent'] as const)(
    'says that the storage is full, and leaves nothing of the file (%s)',
    async (method) => {
      const root = newRoot();
      const worker = await start(root);
      await worker.publish('data/before', new Uint8Array(1000));
      await worker.fillUp(1_500_000);
      const chunk = new Uint8Array(1_000_000);
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        yield chunk;
        yield chunk;
      };
      const writing =
        method === 'publishStream'
          ? worker.publishStream('data/big', chunks())
          : worker[method]('data/big', new Uint8Array(2_000_000));
      await expect(writing).rejects.toMatchObject({ name: 'StorageFullError', file: 'data/big' });
      await expect(writing).rejects.toThrow(/storage of this browser is full: data\/big .* MB are in use/);
      expect(await namesIn(root, 'data')).toEqual(['before']);
      expect(await worker.size('data/before')).toBe(1000);
    },
  );

  it('keeps the temporary files of others while they are open', async () => {
    const root = newRoot();
    const first = await start(root);
    await first.publish('data/a', new Uint8Array(1));
    await first.leaveTemporary('data');
    const second = await start(root);
    expect(await namesIn(root, 'data')).toContain('.tmp-left');
    first.terminate();
    second.terminate();
    await start(root);
    expect(await namesIn(root, 'data')).toEqual(['a']);
  });

  it('holds a Delta table: partitioned, compressed, read back', async () => {
    const worker = await start(newRoot());
    const { values, files, tables } = await worker.roundTrip();
    expect(values).toEqual([
      ['a', 1n],
      ['b', 2n ** 62n],
      [null, null],
    ]);
    expect(files.filter((name) => name.endsWith('.zstd.parquet'))).toHaveLength(3);
    expect(tables).toEqual(['bronze.orders']);
  });
});

async function namesIn(root: string, folder: string): Promise<string[]> {
  const top = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of (await (await top.getDirectoryHandle(root)).getDirectoryHandle(folder)).keys())
    names.push(name);
  return names.sort();
}
