import { execFileSync } from 'node:child_process';
import { mkdtempSync, openAsBlob, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArchived, readStream } from '../../../../workers/lake/archive/archived-file.ts';
import { readZip } from '../../../../workers/lake/archive/zip-reader.ts';
import { type ZipEntry, writeZip } from '../../../../workers/lake/archive/zip-writer.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const at = new Date('2025-01-31T10:20:31.123Z');
const NAMES = ['orders/_delta_log/00000000000000000000.json', 'p=US%2FEast/ä b.parquet', 'empty'];

async function* entries(): AsyncGenerator<ZipEntry> {
  for (const name of NAMES)
    yield { name, content: bytes(name === 'empty' ? '' : `content of ${name}`), lastModified: at };
}

async function zipOf(source: AsyncIterable<ZipEntry>): Promise<Blob> {
  return new Response(writeZip(source) as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
}

function inFolder(run: (folder: string) => void): void {
  run(mkdtempSync(join(tmpdir(), 'tarn-zip-')));
}

describe('a zip', () => {
  it('gives back names, contents and times', async () => {
    const files = await readZip(await zipOf(entries()));
    expect(files.map(({ path, size, modifiedAt }) => ({ path, size, modifiedAt }))).toEqual(
      NAMES.map((path) => ({
        path,
        size: path === 'empty' ? 0 : bytes(`content of ${path}`).length,
        modifiedAt: at.getTime(),
      })),
    );
    for (const file of files)
      expect(text(await readArchived(file))).toBe(file.path === 'empty' ? '' : `content of ${file.path}`);
  });

  it('is a zip to Python, stored, with its names', async () => {
    const zip = new Uint8Array(await (await zipOf(entries())).arrayBuffer());
    inFolder((folder) => {
      writeFileSync(join(folder, 'a.zip'), zip);
      const script =
        'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps([[i.filename, i.compress_type, z.read(i).decode()] for i in z.infolist()]))';
      const listed = JSON.parse(execFileSync('python3', ['-c', script, join(folder, 'a.zip')]).toString());
      expect(listed).toEqual(NAMES.map((name) => [name, 0, name === 'empty' ? '' : `content of ${name}`]));
    });
  });

  it('may be compressed and come from Python', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tarn-zip-'));
    const script =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED); z.mkdir('t') if hasattr(z,'mkdir') else None; z.writestr('t/a.txt','abc'*100000); z.writestr('t/ü','x'); z.close()";
    execFileSync('python3', ['-c', script, join(folder, 'a.zip')]);
    const files = await readZip(await openAsBlob(join(folder, 'a.zip')));
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['t/a.txt', 300_000],
      ['t/ü', 1],
    ]);
    expect(text(await readArchived(files[0]!))).toBe('abc'.repeat(100_000));
    expect(readFileSync(join(folder, 'a.zip')).length).toBeLessThan(10_000);
  });

  it('asks for an entry when the one before has been taken', async () => {
    let asked = 0;
    const endless = async function* (): AsyncGenerator<ZipEntry> {
      for (;;) yield { name: `f${(asked += 1)}`, content: new Uint8Array(3_000_000), lastModified: at };
    };
    const chunks = readStream(writeZip(endless()));
    let taken = 0;
    while (taken < 30_000_000) taken += (await chunks.next()).value?.byteLength ?? 0;
    expect(asked).toBeLessThan(14);
    await chunks.return(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const then = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(then);
  });

  it('fails as its source fails', async () => {
    const failing = async function* (): AsyncGenerator<ZipEntry> {
      yield* entries();
      throw new Error('no more');
    };
    await expect(zipOf(failing())).rejects.toThrow('no more');
  });
});

describe('a damaged zip', () => {
  it('is noticed in the content, with the name of the file', async () => {
    const whole = new Uint8Array(await (await zipOf(entries())).arrayBuffer());
    const start = Buffer.from(whole).indexOf('content of orders');
    whole[start] = 67;
    const [first, second] = await readZip(new Blob([whole]));
    await expect(readArchived(first!)).rejects.toMatchObject({ name: 'ArchiveError', file: NAMES[0] });
    await expect(readArchived(second!)).resolves.toBeDefined();
  });

  it.each([10, 60, 200])('is noticed when the last %d bytes are missing', async (missing) => {
    const whole = await zipOf(entries());
    const cut = new File([whole.slice(0, whole.size - missing)], 'cut.zip');
    await expect(readZip(cut)).rejects.toMatchObject({ name: 'ArchiveError', file: 'cut.zip' });
  });

  it('is noticed when it is no zip at all', async () => {
    await expect(readZip(new Blob(['hello']))).rejects.toMatchObject({ name: 'ArchiveError' });
    await expect(readZip(new Blob([]))).rejects.toMatchObject({ name: 'ArchiveError' });
  });
});
