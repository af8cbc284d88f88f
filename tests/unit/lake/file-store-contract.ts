import { describe, expect, it } from 'vitest';
import type { FileStore } from '../../../workers/lake/types.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => new TextDecoder().decode(content);

async function* chunksOf(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield bytes(part);
}

/** What every file store must do. @param open makes an empty store */
export function describeFileStore(name: string, open: () => Promise<FileStore>): void {
  describe(`${name}: files`, () => {
    it('reads what was published, and makes the folders', async () => {
      const store = await open();
      await store.publish('a/b/c.bin', bytes('hello'));
      expect(text(await store.read('a/b/c.bin'))).toBe('hello');
      expect(await store.size('a/b/c.bin')).toBe(5);
    });

    it('replaces a file whole', async () => {
      const store = await open();
      await store.publish('a/file', bytes('a long first content'));
      await store.publish('a/file', bytes('short'));
      expect(text(await store.read('a/file'))).toBe('short');
    });

    it('keeps its bytes when the caller changes or transfers its own', async () => {
      const store = await open();
      const mine = bytes('hello');
      await store.publish('a/file', mine);
      mine.fill(0);
      const read = await store.read('a/file');
      structuredClone(read.buffer, { transfer: [read.buffer as ArrayBuffer] });
      expect(text(await store.read('a/file'))).toBe('hello');
    });

    it('holds empty files and large ones', async () => {
      const store = await open();
      const large = Uint8Array.from({ length: 700_001 }, (_, index) => index % 251);
      await store.publish('a/empty', new Uint8Array(0));
      await store.publish('a/large', large);
      expect(await store.size('a/empty')).toBe(0);
      expect(await store.read('a/empty')).toHaveLength(0);
      const read = await store.read('a/large');
      expect(read.length).toBe(large.length);
      expect(read.every((byte, index) => byte === large[index])).toBe(true);
    });

    it('knows when a file was written', async () => {
      const store = await open();
      const before = Date.now();
      await store.publish('a/file', bytes('x'));
      const modified = (await store.modified('a/file')) ?? 0;
      // File systems round.
      expect(modified).toBeGreaterThan(before - 2_000);
      expect(modified).toBeLessThan(Date.now() + 2_000);
      expect(await store.modified('a/none')).toBeUndefined();
      expect(await store.modified('none/none')).toBeUndefined();
    });

    it('says what is not there', async () => {
      const store = await open();
      await store.publish('a/file', bytes('x'));
      await expect(store.read('a/none')).rejects.toMatchObject({ name: 'FileNotFoundError', file: 'a/none' });
      await expect(store.read('none/none')).rejects.toMatchObject({ name: 'FileNotFoundError' });
      expect(await store.size('a/none')).toBeUndefined();
      expect(await store.size('none/none')).toBeUndefined();
    });

    it.each(['', '/a', 'a/', 'a//b', './a', 'a/../b', 'a\\b'])('refuses the path %j', async (path) => {
      const store = await open();
      await expect(store.read(path)).rejects.toMatchObject({ name: 'InvalidPathError' });
      await expect(store.publish(path, bytes('x'))).rejects.toMatchObject({ name: 'InvalidPathError' });
      await expect(store.publishStream(path, chunksOf('x'))).rejects.toMatchObject({
        name: 'InvalidPathError',
      });
      await expect(store.putIfAbsent(path, bytes('x'))).rejects.toMatchObject({ name: 'InvalidPathError' });
    });

    it('takes names with spaces, percent signs and umlauts literally', async () => {
      const store = await open();
      for (const name of ['a b', 'a%20b', 'p=1', 'ä']) await store.publish(`t/${name}`, bytes(name));
      for (const name of ['a b', 'a%20b', 'p=1', 'ä']) expect(text(await store.read(`t/${name}`))).toBe(name);
    });
  });

  describe(`${name}: streams`, () => {
    it('writes chunks as they come, and tells how many bytes', async () => {
      const store = await open();
      expect(await store.publishStream('a/b/file', chunksOf('one ', '', 'two ', 'three'))).toBe(13);
      expect(text(await store.read('a/b/file'))).toBe('one two three');
      expect(await store.publishStream('a/b/empty', chunksOf())).toBe(0);
      expect(await store.size('a/b/empty')).toBe(0);
    });

    it('replaces a file in one step, when the last chunk is there', async () => {
      const store = await open();
      await store.publish('a/file', bytes('before, and longer'));
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        yield bytes('after');
        expect(text(await store.read('a/file'))).toBe('before, and longer');
      };
      await store.publishStream('a/file', chunks());
      expect(text(await store.read('a/file'))).toBe('after');
    });

    it.each(['QuotaExceededError', 'NotFoundError', 'AbortError'])(
      'leaves nothing behind when the source fails with %s',
      async (reason) => {
        const store = await open();
        await store.publish('a/file', bytes('before'));
        const failing = async function* (): AsyncGenerator<Uint8Array> {
          yield bytes('half');
          throw new DOMException('No more.', reason);
        };
        await expect(store.publishStream('a/file', failing())).rejects.toThrow();
        await expect(store.publishStream('a/new', failing())).rejects.toThrow();
        expect(text(await store.read('a/file'))).toBe('before');
        expect(await store.size('a/new')).toBeUndefined();
        expect(await store.list('a')).toEqual([{ name: 'file', kind: 'file' }]);
      },
    );

    it('shows a file as a blob, of which parts can be read', async () => {
      const store = await open();
      await store.publish('a/file', bytes('hello world'));
      const blob = await store.blob('a/file');
      expect(blob.size).toBe(11);
      expect(await blob.slice(6).text()).toBe('world');
      await expect(store.blob('a/none')).rejects.toMatchObject({ name: 'FileNotFoundError', file: 'a/none' });
      await expect(store.blob('none/none')).rejects.toMatchObject({ name: 'FileNotFoundError' });
    });
  });

  describe(`${name}: folders`, () => {
    it('lists direct children sorted, temporary names hidden', async () => {
      const store = await open();
      for (const file of ['t/b', 't/a', 't/C', 't/sub/x', 't/.tmp-1', 't/y.crswap', 'u/z'])
        await store.publish(file, bytes('x'));
      expect(await store.list('t')).toEqual([
        { name: 'C', kind: 'file' },
        { name: 'a', kind: 'file' },
        { name: 'b', kind: 'file' },
        { name: 'sub', kind: 'directory' },
      ]);
      expect(await store.list('none')).toEqual([]);
    });

    it('removes files and folders, and does not mind when they are gone', async () => {
      const store = await open();
      await store.publish('t/a', bytes('x'));
      await store.publish('t/sub/b', bytes('x'));
      await store.publish('t2/c', bytes('x'));
      await store.remove('t/a');
      await store.remove('t/a');
      await store.remove('none/a');
      expect(await store.size('t/a')).toBeUndefined();
      await store.removeFolder('t');
      await store.removeFolder('t');
      expect(await store.list('t')).toEqual([]);
      expect(await store.size('t/sub/b')).toBeUndefined();
      expect(await store.size('t2/c')).toBe(1);
    });

    it('makes a removed folder again', async () => {
      const store = await open();
      await store.publish('t/sub/a', bytes('1'));
      await store.removeFolder('t');
      await store.publish('t/sub/a', bytes('2'));
      expect(text(await store.read('t/sub/a'))).toBe('2');
    });
  });

  describe(`${name}: put if absent`, () => {
    it('keeps the first', async () => {
      const store = await open();
      expect(await store.putIfAbsent('log/0', bytes('first'))).toBe(true);
      expect(await store.putIfAbsent('log/0', bytes('second'))).toBe(false);
      expect(text(await store.read('log/0'))).toBe('first');
      expect(await store.list('log')).toEqual([{ name: '0', kind: 'file' }]);
    });

    it('takes the place of an empty file, which a crash leaves', async () => {
      const store = await open();
      await store.publish('log/0', new Uint8Array(0));
      expect(await store.putIfAbsent('log/0', bytes('whole'))).toBe(true);
      expect(text(await store.read('log/0'))).toBe('whole');
    });

    it('lets exactly one of many racers win each name', async () => {
      const store = await open();
      const racers = Array.from({ length: 8 }, (_, racer) => racer);
      for (const name of ['log/0', 'log/1', 'log/2']) {
        const won = await Promise.all(racers.map((racer) => store.putIfAbsent(name, bytes(String(racer)))));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(text(await store.read(name))).toBe(String(won.indexOf(true)));
      }
    });
  });
}
