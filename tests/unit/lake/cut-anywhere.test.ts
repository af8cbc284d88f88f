import { beforeAll, describe, expect, it } from 'vitest';
import { StorageFullError } from '../../../workers/lake/errors.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { deleteEntries } from '../../../workers/lake/log/delete-entries.ts';
import { truncateLog } from '../../../workers/lake/operations/truncate-log.ts';
import { vacuumTable } from '../../../workers/lake/operations/vacuum.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import type { LakeEnv } from '../../../workers/lake/types.ts';
import { PATH, REF, loadParquet, writtenFile } from './fixtures.ts';
import { MemoryTips } from './log/memory-tips.ts';

beforeAll(loadParquet);

const DAY = 86_400_000;
const LOST_POWER = 'the power is gone';

/** A store that does so many changes more, and then none. */
class MortalStore extends MemoryStore {
  left = Infinity;
  isFull = false;

  override async publish(path: string, bytes: Uint8Array): Promise<void> {
    if (this.isFull) throw new StorageFullError(path, undefined);
    return super.publish(path, bytes);
  }

  override async remove(path: string): Promise<void> {
    this.#spend();
    return super.remove(path);
  }

  override async removeFolder(folder: string): Promise<void> {
    this.#spend();
    return super.removeFolder(folder);
  }

  #spend(): void {
    if (this.left === 0) throw new Error(LOST_POWER);
    this.left -= 1;
  }
}

interface World {
  store: MortalStore;
  env: LakeEnv;
}

/** A table whose first log entries have been cleaned up: versions 8 to 14, the first of them only by its checkpoint. */
async function forgetfulTable(): Promise<World> {
  const store = new MortalStore();
  let now = Date.UTC(2024, 0, 1, 12);
  let id = 0;
  const newId = (): string => `00000000-0000-4000-8000-${String((id += 1)).padStart(12, '0')}`;
  const env = { clock: { now: () => (now += 1) }, newId, tips: new MemoryTips() };
  const table = new Lake(store, env).table(REF);
  const configuration = { 'delta.checkpointInterval': '4', 'delta.logRetentionDuration': 'interval 1 day' };
  await table.create(struct({ id: 'long' }), { configuration });
  for (let version = 1; version <= 14; version += 1) {
    if (version === 12) now += 3 * DAY;
    await table.append([writtenFile(`file-${version}`)]);
  }
  return { store, env };
}

/** Does the work with so many changes to go, and answers what a fresh look at the table finds; undefined once it survives. */
async function cutAfter(
  changes: number,
  work: (world: World) => Promise<unknown>,
): Promise<string | undefined> {
  const world = await forgetfulTable();
  world.store.left = changes;
  const cut = await work(world).then(
    () => false,
    (error: Error) => error.message.includes(LOST_POWER),
  );
  world.store.left = Infinity;
  return cut ? describeTable(world) : undefined;
}

async function describeTable({ store, env }: World): Promise<string> {
  const lake = new Lake(store, env);
  await lake.finishDrops();
  const { log } = lake.table(REF);
  if (!(await log.exists())) return (await log.lostCommits()) ? 'lost' : 'gone';
  const { version, files } = await log.snapshot();
  for (const { path } of files)
    if ((await store.size(`${PATH}/${path}`)) === undefined) return `without ${path}`;
  return (await log.lostCommits()) ? `lost after ${version}` : `version ${version}, ${files.length} files`;
}

async function cutEverywhere(work: (world: World) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (let changes = 0; ; changes += 1) {
    const state = await cutAfter(changes, work);
    if (state === undefined) return [...new Set(found)];
    found.push(state);
  }
}

const versionsDown = (from: number, to: number): string[] =>
  Array.from({ length: from - to + 1 }, (_, index) => `version ${from - index}, ${from - index} files`);

describe('work that is cut off leaves a table', () => {
  it('dropped: gone, when the lake is opened again', async () => {
    const found = await cutEverywhere(({ store, env }) => new Lake(store, env).drop(REF));
    expect(found).toEqual(['gone']);
  });

  it('dropped while storage is full: as it was at some version, or gone', async () => {
    const found = await cutEverywhere(({ store, env }) => {
      store.isFull = true;
      return new Lake(store, env).drop(REF);
    });
    expect(found).toEqual([...versionsDown(14, 8), 'gone']);
  });

  it('with its log deleted, as a restore of a backup does: as it was at some version, or gone', async () => {
    const found = await cutEverywhere(async ({ store, env }) => {
      await env.tips?.forget(PATH);
      await deleteEntries(store, PATH);
    });
    for (const state of found) expect([...versionsDown(14, 8), 'gone']).toContain(state);
    expect(found.length).toBeGreaterThan(6);
  });

  it('with its log truncated: as it was at some version on the way', async () => {
    const found = await cutEverywhere(({ store, env }) =>
      truncateLog(new Lake(store, env).table(REF).log, 9),
    );
    for (const state of found) expect([...versionsDown(14, 9)]).toContain(state);
  });

  it('vacuumed: as it is', async () => {
    const found = await cutEverywhere(async ({ store, env }) => {
      const table = new Lake(store, env).table(REF);
      await table.overwrite(struct({ id: 'long' }), [], [writtenFile('new')]);
      await vacuumTable(table.log, { retentionHours: 0 });
    });
    expect(found.every((state) => /^version 1[5-7], 1 files$/.test(state))).toBe(true);
  });
});
