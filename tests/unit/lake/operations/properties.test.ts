import { beforeEach, describe, expect, it } from 'vitest';
import { setProperties, unsetProperties } from '../../../../workers/lake/operations/properties.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { DeltaTable } from '../../../../workers/lake/table.ts';
import { testTable, writtenFile } from '../fixtures.ts';

let table: DeltaTable;
beforeEach(async () => {
  table = testTable();
  await table.create(struct({ id: 'long' }), { configuration: { owner: 'lab' } });
});

const configuration = async () => (await table.snapshot()).metadata.configuration;

describe('setProperties', () => {
  it('adds to those that are there, in a commit of metadata', async () => {
    const properties = { 'delta.logRetentionDuration': 'interval 7 days', team: 'x' };
    expect(await setProperties(table.log, properties)).toEqual({ version: 1, committed: true });
    expect(await configuration()).toEqual({ owner: 'lab', ...properties });
    const [entry] = await table.history();
    expect(entry).toMatchObject({
      operation: 'SET TBLPROPERTIES',
      operationParameters: { properties: JSON.stringify(properties) },
    });
    expect(await setProperties(table.log, properties)).toEqual({ version: 1, committed: false });
  });

  it('makes a table append-only, also where the protocol is a list', async () => {
    await setProperties(table.log, { 'delta.appendOnly': 'true' });
    await table.append([writtenFile('a')]);
    await expect(table.overwrite(struct({ id: 'long' }), [], [])).rejects.toThrow(/append-only/);
    const listed = testTable();
    await listed.log.commit({
      readVersion: -1,
      actions: [
        { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] } },
        { metaData: (await table.snapshot(0)).metadata },
      ],
      reads: 'everything',
      defaults: { operation: 'CREATE TABLE', operationParameters: {} },
      options: {},
    });
    await setProperties(listed.log, { 'delta.appendOnly': 'true' });
    expect((await listed.snapshot()).protocol.writerFeatures).toEqual(['appendOnly']);
  });

  it.each([
    ['delta.appendOnly', 'yes', /true or false/],
    ['delta.checkpointInterval', '0', /whole number from 1/],
    ['delta.checkpointInterval', '1.5', /whole number/],
    ['delta.dataSkippingNumIndexedCols', '-2', /from -1/],
    ['delta.logRetentionDuration', '2 fortnights', /duration/],
    ['delta.deletedFileRetentionDuration', 'interval 1 month', /duration/],
    ['delta.isolationLevel', 'SnapshotIsolation', /serializable or writeserializable/],
    ['delta.parquet.compression.codec', 'lzo', /zstd or snappy/],
    ['delta.columnMapping.mode', 'name', /columnMapping is not supported/],
    ['delta.enableChangeDataFeed', 'true', /changeDataFeed is not supported/],
    ['delta.enableDeletionVectors', 'TRUE', /deletionVectors is not supported/],
    ['delta.feature.rowTracking', 'supported', /rowTracking is not supported/],
    ['delta.constraints.x', 'id > 0', /addConstraint/],
    ['delta.apendOnly', 'true', /property of Delta that is known/],
    ['delta.checkpointPolicy', 'v2', /classic/],
  ])('refuses %s = %s', async (property, value, message) => {
    await expect(setProperties(table.log, { [property]: value })).rejects.toMatchObject({
      name: 'InvalidOptionError',
      message: expect.stringMatching(message),
    });
    const fresh = testTable();
    const created = fresh.create(struct({ id: 'long' }), { configuration: { [property]: value } });
    await expect(created).rejects.toThrow(message);
    expect(await configuration()).toEqual({ owner: 'lab' });
  });

  it('takes properties back', async () => {
    await unsetProperties(table.log, ['owner', 'never']);
    expect(await configuration()).toEqual({});
    expect((await table.history())[0]?.operation).toBe('UNSET TBLPROPERTIES');
    expect(await unsetProperties(table.log, ['owner'])).toMatchObject({ committed: false });
    await expect(unsetProperties(table.log, ['delta.constraints.x'])).rejects.toThrow(/dropConstraint/);
  });
});
