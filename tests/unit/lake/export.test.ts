import { describe, expect, it } from 'vitest';
import { exportTable } from '../../../workers/lake/archive/export.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { testTable, writtenFile } from './fixtures.ts';

type ZipStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Names and contents of a zip without compression, as its central directory lists them. */
async function unzip(stream: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  const buffer = await new Response(stream as ZipStream).arrayBuffer();
  const view = new DataView(buffer);
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(new Uint8Array(buffer, start, length));
  const files = new Map<string, string>();
  let entry = view.getUint32(buffer.byteLength - 6, true);
  while (view.getUint32(entry, true) === 0x02014b50) {
    const [size, nameLength] = [view.getUint32(entry + 20, true), view.getUint16(entry + 28, true)];
    const local = view.getUint32(entry + 42, true);
    const content = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files.set(text(entry + 46, nameLength), text(content, size));
    entry += 46 + nameLength + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}

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
