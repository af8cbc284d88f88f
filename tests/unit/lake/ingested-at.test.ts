import { beforeAll, expect, it, vi } from 'vitest';
import { readLabs } from '../../../workers/driver/labs.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { readIpc, writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { INGESTED_AT, withIngestedAt } from '../../../workers/lake/schema/ingested-at.ts';
import { boundsOf } from '../../../workers/lake/stats/skipping.ts';
import { EVERY_TYPE, everyTypeTable } from './every-type.ts';
import { PATH, loadParquet, testEnv } from './fixtures.ts';

beforeAll(loadParquet);

const LOADED = Date.UTC(2025, 0, 31, 10, 0, 0, 123);

it('fills the time of the load into every row, in files of every partition', async () => {
  const codec = new DirectCodec(null, testEnv());
  const schema = withIngestedAt(EVERY_TYPE);
  const job = { tablePath: PATH, schema, partitionColumns: ['ok'], compression: 'zstd' as const };
  const files = await codec.encode({ ...job, ipc: writeIpc(everyTypeTable()), ingestedAt: LOADED });
  expect(files).toHaveLength(3);
  for (const { add, bytes } of files) {
    const ipc = await codec.decode({ ...job, add, bytes, columns: ['_ingested_at', 's'] });
    const table = readIpc(ipc);
    expect(`${table.schema.fields[0]?.type}`).toBe('Timestamp<MICROSECOND, UTC>');
    expect(table.toArray().map((row: { _ingested_at: number }) => row._ingested_at)).toEqual([LOADED]);
    expect(boundsOf(add, schema).bounds._ingested_at).toEqual({
      min: '2025-01-31 10:00:00.123000',
      max: '2025-01-31 10:00:00.123999',
      nullCount: 0,
    });
  }
});

it('replaces a time that the rows bring, and leaves rows alone that are not asked for one', async () => {
  const codec = new DirectCodec(null, testEnv());
  const schema = withIngestedAt(EVERY_TYPE);
  expect(withIngestedAt(schema)).toBe(schema);
  const job = { tablePath: PATH, partitionColumns: [], compression: 'none' as const };
  const [first] = await codec.encode({ ...job, schema, ipc: writeIpc(everyTypeTable()), ingestedAt: LOADED });
  if (!first) throw new Error('No file was written.');
  const ipc = await codec.decode({ ...job, ...first, schema, columns: null });
  const [second] = await codec.encode({ ...job, schema, ipc: ipc.slice(), ingestedAt: LOADED + 1000 });
  const [third] = await codec.encode({ ...job, schema, ipc });
  const minOf = (file = first) => boundsOf(file.add, schema).bounds._ingested_at?.min;
  expect([minOf(), minOf(second), minOf(third)].map((text) => text?.slice(17, 23))).toEqual([
    '00.123',
    '01.123',
    '00.123',
  ]);
  await expect(
    codec.encode({ ...job, schema: EVERY_TYPE, ipc: writeIpc(everyTypeTable()), ingestedAt: 1 }),
  ).rejects.toThrow(/_ingested_at is in the data and not in the schema/);
});

it('is described where other engines look, and asked for by the lab', () => {
  // Node 20 has no navigator; a lab asks it for the number of cores.
  vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
  expect(INGESTED_AT.metadata.comment).toMatch(/UTC/);
  expect([...(readLabs().get('transactions')?.ingestedAt ?? [])]).toEqual(['customers', 'merchants']);
});
