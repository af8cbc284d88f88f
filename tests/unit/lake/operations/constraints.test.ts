import { beforeAll, describe, expect, it } from 'vitest';
import { appendRows } from '../../../../workers/lake/operations/append.ts';
import { addConstraint, dropConstraint } from '../../../../workers/lake/operations/constraints.ts';
import { deleteWhere } from '../../../../workers/lake/operations/delete.ts';
import { mergeRows } from '../../../../workers/lake/operations/merge.ts';
import { overwriteTable } from '../../../../workers/lake/operations/overwrite.ts';
import { replacePartitions } from '../../../../workers/lake/operations/replace-partitions.ts';
import { replaceWhere } from '../../../../workers/lake/operations/replace-where.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine } from '../../../../workers/lake/types.ts';
import { loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', amount: 'double', day: 'date' });

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

const payment = (id: number, amount: string) =>
  `SELECT ${id}::BIGINT AS id, ${amount}::DOUBLE AS amount, DATE '2025-01-01' AS day`;

/** Payment 1 of 10, with `CHECK (amount > 0)`. */
async function payments(): Promise<LabTable> {
  const made = await LabTable.create(rows, SCHEMA, { partitionColumns: ['day'] });
  await made.append(payment(1, '10'));
  await addConstraint(made.log, made.ports, 'Positive', 'amount > 0');
  return made;
}

describe('addConstraint', () => {
  it('keeps the expression where other engines look for it, under the lowest protocol', async () => {
    const made = await payments();
    const { metadata, protocol } = await made.table.snapshot();
    expect(metadata.configuration).toEqual({ 'delta.constraints.positive': 'amount > 0' });
    expect(protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 3 });
    const { kinds, operation, operationParameters } = await made.lastCommit();
    expect([kinds, operation]).toEqual([['protocol', 'metaData'], 'ADD CONSTRAINT']);
    expect(operationParameters).toEqual({ name: 'positive', expr: 'amount > 0' });
    await addConstraint(made.log, made.ports, 'known_id', 'id IS NOT NULL');
    expect((await made.lastCommit()).kinds).toEqual(['metaData']);
  });

  it('names the feature in a protocol that is a list', async () => {
    const made = await LabTable.create(rows, struct({ seen: 'timestamp_ntz' }));
    await addConstraint(made.log, made.ports, 'late', "seen > TIMESTAMP '2000-01-01'");
    expect((await made.table.snapshot()).protocol.writerFeatures).toContain('checkConstraints');
  });

  it('asks the rows that are there first', async () => {
    const made = await payments();
    await expect(addConstraint(made.log, made.ports, 'large', 'amount > 50')).rejects.toMatchObject({
      name: 'ConstraintError',
      rows: 1,
      message: expect.stringMatching(
        /1 row breaks the CHECK constraint large \(amount > 50\) .*\{'id': 1, 'amount': 10/,
      ),
    });
    const late = () =>
      appendRows(
        made.other().log,
        made.ports,
        { files: [] },
        { commit: { txn: { appId: 'a', version: 1 } } },
      );
    const ports = watchPorts(made.ports, { decode: once(late) });
    expect(await addConstraint(made.log, ports, 'small', 'amount < 50')).toMatchObject({ committed: true });
    const rival = async () => {
      const files = await made.write(payment(2, '70'));
      await appendRows(made.other().log, made.ports, { files });
    };
    await dropConstraint(made.log, 'small');
    const racing = watchPorts(made.ports, { decode: once(rival) });
    await expect(addConstraint(made.log, racing, 'small', 'amount < 50')).rejects.toMatchObject({
      name: 'ConcurrentAppendError',
    });
  });

  it.each([
    ['positive', 'amount > 1', /not taken/],
    ['a b', 'amount > 1', /letters, digits and underscores/],
    ['other', 'nope > 1', /"nope" not found/],
    ['other', 'amount >', /syntax error/],
    ['other', 'random() > 0', /another value each time/],
  ])('refuses %s as %s', async (name, expression, message) => {
    const made = await payments();
    await expect(addConstraint(made.log, made.ports, name, expression)).rejects.toThrow(message);
  });

  it('can be dropped, once', async () => {
    const made = await payments();
    await dropConstraint(made.log, 'POSITIVE');
    await made.append(payment(2, '-1'));
    expect(await made.read()).toHaveLength(2);
    await expect(dropConstraint(made.log, 'positive')).rejects.toThrow(/constraints \(none\)/);
  });
});

describe('a CHECK constraint', () => {
  const good = payment(2, '20');
  /** Each writes the rows of a SELECT in its own way. */
  const writers: Record<string, (made: LabTable, sql: string) => Promise<{ committed: boolean }>> = {
    append: async (made, sql) => appendRows(made.log, made.ports, { files: await made.write(sql) }),
    overwrite: async (made, sql) => {
      const files = await made.write(sql);
      return overwriteTable(made.log, { schema: SCHEMA, partitionColumns: ['day'], files }, {}, made.ports);
    },
    replaceWhere: async (made, sql) =>
      replaceWhere(made.log, made.ports, 'true', { files: await made.write(sql) }),
    replacePartitions: async (made, sql) =>
      replacePartitions(made.log, made.ports, { files: await made.write(sql) }),
    merge: async (made, sql) => {
      const ipc = await made.ipc(sql);
      const columns = [
        { name: 'id', type: 'BIGINT' },
        { name: 'amount', type: 'DOUBLE' },
        { name: 'day', type: 'DATE' },
      ];
      const source = { columns, ipc: ipc ? [ipc] : [] };
      return mergeRows(made.log, made.ports, {
        source,
        on: ['id'],
        whenMatched: [{ then: 'update' }],
        whenNotMatched: {},
      });
    },
  };

  it.each(Object.keys(writers))('is asked of the rows of %s, false and NULL break it', async (name) => {
    const made = await payments();
    const write = writers[name] ?? (() => Promise.reject(new Error(name)));
    const stored = await made.stored();
    for (const bad of [payment(1, '-5'), payment(3, 'NULL')]) {
      await expect(write(made, `${good} UNION ALL ${bad}`)).rejects.toMatchObject({
        name: 'ConstraintError',
        rows: 1,
        message: expect.stringMatching(
          /CHECK constraint positive \(amount > 0\).*for instance \{'id': [13],/,
        ),
      });
      expect(await made.stored()).toEqual(stored);
    }
    expect(await write(made, good)).toMatchObject({ committed: true });
    expect(await made.read()).toContain('2|20.0|2025-01-01');
  });

  it('is asked of new files only', async () => {
    const made = await payments();
    const read: string[] = [];
    const ports = watchPorts(made.ports, { decode: ({ add }) => void read.push(add.path) });
    const files = await made.write(good);
    await appendRows(made.log, ports, { files });
    expect(read).toEqual(files.map(({ add }) => add.path));
  });

  it('does not hinder a delete', async () => {
    const made = await payments();
    await appendRows(made.log, made.ports, { files: await made.write(good) });
    expect(await deleteWhere(made.log, made.ports, 'id = 1')).toMatchObject({ rows: -1 });
  });

  it('is refused by name where nobody can be asked', async () => {
    const made = await payments();
    const files = await made.write(good);
    const feature = 'checkConstraints (delta.constraints.positive)';
    await expect(made.table.append(files)).rejects.toMatchObject({
      name: 'UnsupportedFeatureError',
      feature,
    });
    await expect(made.table.overwrite(SCHEMA, ['day'], files)).rejects.toMatchObject({ feature });
  });

  it('of another engine whose SQL DuckDB does not read is refused by name', async () => {
    const made = await LabTable.create(rows, SCHEMA);
    const { metadata, version } = await made.table.snapshot();
    await made.log.commit({
      readVersion: version,
      actions: [
        { metaData: { ...metadata, configuration: { 'delta.constraints.spark': '`amount` RLIKE 1' } } },
      ],
      reads: 'nothing',
      defaults: { operation: 'SET TBLPROPERTIES', operationParameters: {} },
      options: {},
    });
    const stored = await made.stored();
    const result = appendRows(made.log, made.ports, { files: await made.write(good) });
    await expect(result).rejects.toMatchObject({
      name: 'SchemaError',
      message: expect.stringMatching(/CHECK constraint spark \(`amount` RLIKE 1\).*Drop the constraint/),
    });
    expect(await made.stored()).toEqual(stored);
  });
});
