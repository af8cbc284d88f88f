import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, Job, MaintenanceReport } from '../../../workers/api.ts';
import { Jobs } from '../../../workers/driver/jobs.ts';
import { LabGuard } from '../../../workers/driver/lab-guard.ts';
import { Maintenance } from '../../../workers/driver/maintenance.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { readIpc } from '../../../workers/lake/parquet/ipc.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import type { RowEngine, TableRef } from '../../../workers/lake/types.ts';
import { loadParquet } from '../lake/fixtures.ts';
import { openRowEngine } from '../lake/row-engine.ts';

const HOUR = 3_600_000;
const SCHEMA = struct({ id: 'long', name: 'string' });
const SALES: TableRef = { lab: 'shop', schema: 'gold', name: 'sales' };

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

let now: number;
let store: MemoryStore;
let lake: Lake;
let codec: DirectCodec;
let guard: LabGuard;
let maintenance: Maintenance;
let events: EngineEvent[];
let changes: string[];
let forgotten: TableRef[];
let runningSince: number | null;

beforeEach(async () => {
  now = 1_700_000_000_000;
  const clock = { now: (): number => (now += 1) };
  store = new MemoryStore(clock);
  let id = 0;
  const env = { clock, newId: () => `id-${(id += 1)}` };
  lake = new Lake(store, env);
  codec = new DirectCodec(store, env);
  guard = new LabGuard(() => false);
  [events, changes, forgotten, runningSince] = [[], [], [], null];
  maintenance = new Maintenance({
    lake,
    codec,
    rows,
    jobs: new Jobs((event) => events.push(event)),
    guard,
    labs: ['shop'],
    runningSince: () => runningSince,
    noteChange: (lab) => changes.push(lab),
    forgetCopy: async (ref) => void forgotten.push(ref),
  });
  await lake.publishView({ lab: 'shop', schema: 'silver', name: 'stg' }, 'select 1 as day', []);
  for (const [from, to] of [
    [0, 3],
    [3, 6],
  ] as const)
    await append(SALES, from, to);
});

/** Appends ids `from` up to `to` as one file; makes the table when it is missing. */
async function append(ref: TableRef, from: number, to: number): Promise<void> {
  const table = lake.table(ref);
  if (!(await table.exists())) await table.create(SCHEMA);
  const session = await rows.open();
  for await (const ipc of session.select(`SELECT i AS id, 'n' || i AS name FROM range(${from}, ${to}) t(i)`))
    await table.append(
      await codec.encode({
        tablePath: table.path,
        ipc,
        schema: SCHEMA,
        partitionColumns: [],
        compression: 'zstd',
      }),
    );
  await session.close();
}

const jobs = (): Job[] => events.flatMap((event) => (event.type === 'job' ? [event.job] : []));
const dataFiles = async (ref = SALES): Promise<string[]> =>
  (await store.list(`lake/${ref.lab}/${ref.schema}/${ref.name}`))
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => name);

describe('Maintenance', () => {
  it('optimises, and reports it under the name of the table', async () => {
    const report = await maintenance.optimize('gold.sales');
    expect(report).toMatchObject({
      table: 'gold.sales',
      operation: 'OPTIMIZE',
      dryRun: false,
      version: 3,
      filesRemoved: 2,
      filesAdded: 1,
    } satisfies Partial<MaintenanceReport>);
    expect(changes).toEqual(['shop']);
    expect(jobs().at(0)).toMatchObject({ what: 'optimize', subject: 'gold.sales', state: 'running' });
    expect(jobs().at(-1)).toMatchObject({ state: 'completed', doneBytes: report.bytesRemoved });
  });

  it('does nothing on a dry run, and makes no noise', async () => {
    const plans = [
      await maintenance.optimize('shop.gold.sales', { dryRun: true }),
      await maintenance.vacuum('gold.sales', { lab: 'shop', dryRun: true, retentionHours: 0 }),
      await maintenance.restore('gold.sales', 1, { dryRun: true }),
      await maintenance.deleteRows('gold.sales', 'id = 1', { dryRun: true }),
    ];
    for (const plan of plans)
      expect(plan).toMatchObject({ table: 'gold.sales', dryRun: true, version: null });
    expect([events, changes]).toEqual([[], []]);
    expect((await lake.table(SALES).snapshot()).version).toBe(2);
  });

  it('restores a version or a moment, and tells the change in rows', async () => {
    expect(await maintenance.restore('gold.sales', 1)).toMatchObject({
      version: 3,
      rows: -3,
      operation: 'RESTORE',
    });
    const { timestamp } = await lake.table(SALES).snapshot(2);
    const at = new Date(timestamp).toISOString();
    expect(await maintenance.restore('gold.sales', at)).toMatchObject({ version: 4, rows: 3 });
    await expect(maintenance.restore('gold.sales', 'yesterday')).rejects.toMatchObject({
      name: 'InvalidMomentError',
    });
  });

  it('deletes rows, and tells how many', async () => {
    expect(await maintenance.deleteRows('gold.sales', 'id >= 4')).toMatchObject({
      operation: 'DELETE',
      version: 3,
      rows: 2,
      filesRemoved: 1,
      filesAdded: 1,
    });
    expect((await lake.table(SALES).snapshot()).numRecords).toBe(4);
  });

  it('vacuums tables of the system schema like all others', async () => {
    const ref = { lab: 'shop', schema: 'system', name: 'runs' };
    await append(ref, 0, 1);
    await append(ref, 1, 2);
    await maintenance.optimize('system.runs');
    now += HOUR;
    expect(await maintenance.vacuum('system.runs', { retentionHours: 0.5 })).toMatchObject({
      filesRemoved: 2,
      versionsLost: [1, 2],
    });
    expect(await dataFiles(ref)).toHaveLength(1);
  });

  it('keeps the last minute of the system schema, where history may be on its way', async () => {
    const ref = { lab: 'shop', schema: 'system', name: 'runs' };
    await append(ref, 0, 1);
    await store.publish('lake/shop/system/runs/being-written', new Uint8Array(1));
    expect(await maintenance.vacuum('system.runs', { retentionHours: 0 })).toMatchObject({ filesRemoved: 0 });
    now += 120_000;
    expect(await maintenance.vacuum('system.runs', { retentionHours: 0 })).toMatchObject({
      paths: ['being-written'],
    });
  });

  it('deletes nothing that a run under way has written or may read', async () => {
    await store.publish('lake/shop/gold/sales/left-by-a-crash', new Uint8Array(1));
    now += HOUR;
    runningSince = now;
    await store.publish('lake/shop/gold/sales/of-the-run', new Uint8Array(1));
    await lake.table(SALES).overwrite(SCHEMA, [], []);
    now += HOUR;
    const report = await maintenance.vacuum('gold.sales', { retentionHours: 0 });
    expect(report.paths).toEqual(['left-by-a-crash']);
    runningSince = null;
    expect((await maintenance.vacuum('gold.sales', { retentionHours: 0 })).filesRemoved).toBe(3);
  });

  it('does one thing at a time to a table', async () => {
    const encode = codec.encode.bind(codec);
    codec.encode = async (job, signal) => {
      const files = await encode(job, signal);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return files;
    };
    const [optimized, vacuumed] = await Promise.all([
      maintenance.optimize('gold.sales'),
      maintenance.vacuum('gold.sales', { retentionHours: 0 }),
    ]);
    expect(optimized.version).toBe(3);
    expect(vacuumed.filesRemoved).toBe(2);
    expect(await dataFiles()).toEqual((await lake.table(SALES).snapshot()).files.map(({ path }) => path));
  });

  it('goes on after a failure', async () => {
    const failing = maintenance.restore('gold.sales', 9);
    const next = maintenance.optimize('gold.sales');
    await expect(failing).rejects.toMatchObject({ name: 'VersionNotFoundError' });
    expect((await next).version).toBe(3);
  });

  it('compares versions, and says when rows are left out', async () => {
    const diff = await maintenance.diff('gold.sales', 1, 2, { key: ['id'], limit: 2 });
    expect(diff).toMatchObject({
      table: 'gold.sales',
      from: 1,
      to: 2,
      key: ['id'],
      added: 3,
      removed: 0,
      changed: 0,
    });
    expect(diff.rows).toMatchObject({ numRows: 2, truncated: true });
    expect(
      readIpc(diff.rows.ipc)
        .toArray()
        .map((row) => row?.id),
    ).toEqual([3n, 4n]);
    expect((await maintenance.diff('gold.sales', 1, 2)).rows.truncated).toBe(false);
  });

  it('checks a table as a job, and mends what it finds', async () => {
    expect(await maintenance.checkTable('gold.sales')).toMatchObject({
      table: 'gold.sales',
      filesChecked: 2,
      problem: null,
    });
    expect(jobs().at(-1)).toMatchObject({ what: 'checkTable', state: 'completed' });
    const [, second] = (await lake.table(SALES).snapshot()).files;
    await store.remove(`lake/shop/gold/sales/${second?.path}`);
    const { problem } = await maintenance.checkTable('gold.sales', 'shop');
    const [forget] = problem?.repairs ?? [];
    expect(forget?.kind).toBe('forgetFiles');
    const report = await maintenance.repairTable(
      'gold.sales',
      forget ?? { kind: 'accept', version: null, explain: '' },
    );
    expect(report).toMatchObject({ operation: 'REPAIR', version: 3, rows: 3, paths: [second?.path] });
    expect((await maintenance.checkTable('gold.sales')).problem).toBeNull();
    expect(forgotten).toEqual([]);
  });

  it('mends a log that cannot be read, and forgets the copy whose versions are gone', async () => {
    await store.publish(
      'lake/shop/gold/sales/_delta_log/00000000000000000001.json',
      new TextEncoder().encode('{'),
    );
    lake = new Lake(store, lake.env);
    maintenance = new Maintenance({ ...maintenance.parts, lake });
    const { problem } = await maintenance.checkTable('gold.sales');
    expect(problem).toMatchObject({ kind: 'log', readable: false });
    const [repair] = problem?.repairs ?? [];
    await maintenance.repairTable('gold.sales', repair ?? { kind: 'accept', version: null, explain: '' });
    expect((await lake.table(SALES).snapshot()).version).toBe(0);
    expect(forgotten).toEqual([SALES]);
    expect(changes).toEqual(['shop']);
  });

  it('refuses views and what does not exist', async () => {
    await expect(maintenance.optimize('silver.stg')).rejects.toMatchObject({
      name: 'NotATableError',
      message: expect.stringContaining('silver.stg is a view'),
    });
    await expect(maintenance.checkTable('silver.stg')).rejects.toMatchObject({ name: 'NotATableError' });
    await expect(maintenance.vacuum('gold.none')).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('works on no lab that is being exchanged, and lets none be exchanged meanwhile', async () => {
    await guard.exchange(['shop'], 'the restore of a backup', async () => {
      await expect(maintenance.optimize('gold.sales')).rejects.toMatchObject({ name: 'LabBusyError' });
    });
    const encode = codec.encode.bind(codec);
    codec.encode = async (job, signal) => {
      await expect(guard.exchange(['shop'], 'its deletion', async () => undefined)).rejects.toThrow(
        /in use by OPTIMIZE of gold.sales/,
      );
      return encode(job, signal);
    };
    expect((await maintenance.optimize('gold.sales')).version).toBe(3);
    expect(await guard.exchange(['shop'], 'its deletion', async () => 'done')).toBe('done');
  });

  it('stops when its job is cancelled', async () => {
    const encode = codec.encode.bind(codec);
    codec.encode = async (job, signal) => {
      maintenance.parts.jobs.cancel(jobs().at(-1)?.jobId ?? '');
      return encode(job, signal);
    };
    await expect(maintenance.optimize('gold.sales')).rejects.toMatchObject({ name: 'JobCancelledError' });
    expect(jobs().at(-1)?.state).toBe('cancelled');
    expect((await lake.table(SALES).snapshot()).version).toBe(2);
    expect(await dataFiles()).toHaveLength(2);
  });
});
