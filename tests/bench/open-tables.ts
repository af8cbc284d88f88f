import { readFileSync } from 'node:fs';
import { Lake } from '../../workers/lake/lake.ts';
import { initParquet } from '../../workers/lake/parquet/parquet.ts';
import { struct } from '../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../workers/lake/store/memory-store.ts';
import type { AddFile, FileStore, LakeEnv, WrittenFile } from '../../workers/lake/types.ts';
import { FolderStore } from '../interop/folder-store.ts';

/** Milliseconds to open a table anew, all that is remembered of it forgotten: the median of several times, and the fastest. */
export interface Opening {
  store: 'memory' | 'folder';
  /** `append`: each commit adds a file; `overwrite`: each replaces the only one. */
  writes: 'append' | 'overwrite';
  commits: number;
  liveFiles: number;
  median: number;
  fastest: number;
}

const SCHEMA = struct({ id: 'long', region: 'string', amount: 'decimal(18,2)' });
const WARM_UP = 5;
const ROUNDS = 25;
const env: LakeEnv = {
  clock: Date,
  newId: () => crypto.randomUUID(),
  onWarning: (warning) => {
    throw warning;
  },
};

/** Opens tables of 1, 100 and 1 000 commits in memory and in `folder`. */
export async function measureOpening(wasm: string, folder: string): Promise<Opening[]> {
  await initParquet(readFileSync(wasm));
  const openings: Opening[] = [];
  for (const [store, files] of [
    ['memory', new MemoryStore()],
    ['folder', new FolderStore(folder)],
  ] as const) {
    for (const writes of ['append', 'overwrite'] as const) {
      for (const commits of [1, 100, 1000]) {
        const name = `${writes}_${commits}`;
        await grow(files, name, writes, commits);
        openings.push({ store, writes, commits, ...(await open(files, name)) });
      }
    }
  }
  return openings;
}

async function grow(
  store: FileStore,
  name: string,
  writes: Opening['writes'],
  commits: number,
): Promise<void> {
  const table = new Lake(store, env).table(refOf(name));
  await table.create(SCHEMA);
  for (let commit = 1; commit < commits; commit += 1) {
    const files = [dataFile(commit)];
    if (writes === 'append') await table.append(files);
    else await table.overwrite(SCHEMA, [], files);
  }
}

async function open(
  store: FileStore,
  name: string,
): Promise<Pick<Opening, 'liveFiles' | 'median' | 'fastest'>> {
  const times: number[] = [];
  let liveFiles = 0;
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const start = performance.now();
    const { files } = await new Lake(store, env).table(refOf(name)).snapshot();
    if (round >= WARM_UP) times.push(performance.now() - start);
    liveFiles = files.length;
  }
  times.sort((a, b) => a - b);
  const [median, fastest] = [times[ROUNDS >> 1], times[0]].map((time) => Number(time?.toFixed(2)));
  return { liveFiles, median: median ?? NaN, fastest: fastest ?? NaN };
}

function refOf(name: string): { lab: string; schema: string; name: string } {
  return { lab: 'bench', schema: 'bronze', name };
}

/** As an executor hands it over, with the statistics of a real one; the file itself is never read. */
function dataFile(commit: number): WrittenFile {
  const bounds = { id: commit * 1000, region: 'north', amount: 12.5 };
  const nullCount = { id: 0, region: 3, amount: 0 };
  const add: AddFile = {
    path: `part-00000-${crypto.randomUUID()}.zstd.parquet`,
    partitionValues: {},
    size: 1_000_000 + commit,
    modificationTime: Date.now(),
    dataChange: true,
    stats: JSON.stringify({ numRecords: 1000, minValues: bounds, maxValues: bounds, nullCount }),
    tags: { sha256: crypto.randomUUID().replaceAll('-', '').repeat(2) },
  };
  return { add, numRecords: 1000 };
}
