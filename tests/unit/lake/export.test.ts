import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTable } from '../../../workers/lake/export.ts';
import { MemoryStore } from '../../../workers/lake/memory-store.ts';
import { struct } from '../../../workers/lake/schema.ts';
import { testTable, writtenFile } from './fixtures.ts';

const UNZIP = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';

async function unzip(stream: ReadableStream<Uint8Array>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lake-export-'));
  const zip = join(folder, 'table.zip');
  writeFileSync(
    zip,
    new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()),
  );
  execFileSync('python3', ['-c', UNZIP, zip, folder]);
  return folder;
}

describe('export', () => {
  it('holds the log and the live files under the table name, and nothing else', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('old')]);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('new-1'), writtenFile('new-2')]);
    await store.publish(`${table.path}/_view.json`, new Uint8Array(1));
    const folder = await unzip(exportTable(table));
    const listed = execFileSync('find', ['orders', '-type', 'f'], { cwd: folder, encoding: 'utf8' })
      .trim()
      .split('\n')
      .sort();
    expect(listed).toEqual([
      'orders/_delta_log/00000000000000000000.json',
      'orders/_delta_log/00000000000000000001.json',
      'orders/new-1',
      'orders/new-2',
    ]);
    expect(readFileSync(join(folder, 'orders/new-2'), 'utf8')).toBe('new-2');
  });

  it('fails when a live file is missing', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('gone')]);
    await store.remove(`${table.path}/gone`);
    await expect(
      new Response(exportTable(table) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    ).rejects.toMatchObject({ name: 'DataFileError' });
    await expect(
      new Response(exportTable(testTable()) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    ).rejects.toThrow();
  });
});
