import { beforeAll, describe, expect, it } from 'vitest';
import { readArchived } from '../../../../workers/lake/archive/archived-file.ts';
import { exportTable } from '../../../../workers/lake/archive/export.ts';
import { readZip } from '../../../../workers/lake/archive/zip-reader.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { loadParquet, testTable, writtenFile } from '../fixtures.ts';
import { cleanedUpTable } from './cleaned-up.ts';

type ZipStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Contents by name. */
async function unzip(stream: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  const files = await readZip(await new Response(stream as ZipStream).blob());
  const texts = files.map(async (file) => new TextDecoder().decode(await readArchived(file)));
  return new Map((await Promise.all(texts)).map((text, index) => [files[index]?.path ?? '', text]));
}

beforeAll(loadParquet);

describe('export', () => {
  it('holds the log and the live files under the table name, and nothing else', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('old')]);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('new-1'), writtenFile('new-2')]);
    await store.publish(`${table.path}/_view.json`, new Uint8Array(1));
    const files = await unzip(exportTable(table));
    expect([...files.keys()].sort()).toEqual([
      'orders/_delta_log/00000000000000000000.json',
      'orders/_delta_log/00000000000000000001.json',
      'orders/new-1',
      'orders/new-2',
    ]);
    expect(files.get('orders/new-2')).toBe('new-2');
    expect(files.get('orders/_delta_log/00000000000000000001.json')).toContain('"remove":{"path":"old"');
  });

  it('keeps the checkpoint of a log that was cleaned up', async () => {
    const store = new MemoryStore();
    const table = await cleanedUpTable(store);
    const files = await unzip(exportTable(table));
    const log = [...files.keys()].filter((name) => name.includes('_delta_log')).map((name) => name.slice(18));
    expect(log).toEqual([
      '00000000000000000010.checkpoint.parquet',
      '00000000000000000010.json',
      '00000000000000000011.json',
    ]);
  });

  it('fails when a live file is missing', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('gone')]);
    await store.remove(`${table.path}/gone`);
    await expect(new Response(exportTable(table) as ZipStream).arrayBuffer()).rejects.toMatchObject({
      name: 'DataFileError',
    });
    await expect(new Response(exportTable(testTable()) as ZipStream).arrayBuffer()).rejects.toThrow();
  });
});
