import { describe, expect, it } from 'vitest';
import {
  type RowsWritten,
  constraintsOf,
  requireReadable,
  requireWritable,
  upgradeFor,
  upgradeWriter,
} from '../../../workers/lake/log/protocol.ts';
import { field, struct } from '../../../workers/lake/schema/schema.ts';
import type { Metadata, Protocol, StructType } from '../../../workers/lake/types.ts';

const SCHEMA = struct({ id: 'long' });
const OLD: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

function metadata(configuration: Record<string, string> = {}): Metadata {
  const format = { provider: 'parquet' as const, options: {} };
  return { id: 'x', format, schemaString: '', partitionColumns: [], configuration };
}

function withMetadata(column: Record<string, unknown>): StructType {
  return { type: 'struct', fields: [{ ...field('id', 'long'), metadata: column }] };
}

/** The feature that writing is refused for; null when it is not. */
function refusal(
  protocol: Protocol,
  {
    configuration = {},
    schema = SCHEMA,
    rows,
  }: { configuration?: Record<string, string>; schema?: StructType; rows?: RowsWritten } = {},
): string | null {
  try {
    requireWritable(protocol, metadata(configuration), schema, 'lab.bronze.t', rows);
    return null;
  } catch (error) {
    return (error as { feature: string }).feature;
  }
}

describe('writing to tables of other engines', () => {
  it.each([2, 3, 4, 5, 6])('writer version %i is no hindrance while nothing of it is used', (version) => {
    expect(refusal({ minReaderVersion: 1, minWriterVersion: version })).toBeNull();
  });

  it.each([
    'appendOnly',
    'invariants',
    'checkConstraints',
    'changeDataFeed',
    'generatedColumns',
    'identityColumns',
    'allowColumnDefaults',
    'domainMetadata',
    'inCommitTimestamp',
    'timestampNtz',
    'vacuumProtocolCheck',
    'columnMapping',
  ])('feature %s is no hindrance while it is not used', (feature) => {
    expect(refusal({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [feature] })).toBeNull();
  });

  it.each(['rowTracking', 'deletionVectors', 'clustering', 'typeWidening', 'somethingNew'])(
    'feature %s is refused by name',
    (feature) => {
      expect(refusal({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [feature] })).toBe(feature);
    },
  );

  it('refuses what a column asks for, however deep it lies', () => {
    expect(refusal(OLD, { schema: withMetadata({ 'delta.invariants': '{}' }) })).toBe(
      'invariants (column id)',
    );
    expect(refusal(OLD, { schema: withMetadata({ 'delta.generationExpression': 'a + 1' }) })).toBe(
      'generatedColumns (column id)',
    );
    expect(refusal(OLD, { schema: withMetadata({ 'delta.identity.start': 1 }) })).toBe(
      'identityColumns (column id)',
    );
    const { fields } = withMetadata({ 'delta.invariants': '{}' });
    const deep = struct({
      list: { type: 'array', elementType: { type: 'struct', fields }, containsNull: true },
    });
    expect(refusal(OLD, { schema: deep })).toBe('invariants (column id)');
    expect(refusal(OLD, { schema: withMetadata({ comment: 'a note', CURRENT_DEFAULT: '1' }) })).toBeNull();
  });

  it('asks who evaluates CHECK constraints, and whether rows leave files that stay', () => {
    const configuration = { 'delta.constraints.positive': 'id > 0' };
    expect(refusal(OLD, { configuration })).toBe('checkConstraints (delta.constraints.positive)');
    expect(refusal(OLD, { configuration, rows: 'checked' })).toBeNull();
    const feed = { 'delta.enableChangeDataFeed': 'true' };
    expect(refusal(OLD, { configuration: feed, rows: 'checked' })).toBeNull();
    expect(refusal(OLD, { configuration: feed, rows: 'changed' })).toBe('changeDataFeed');
    expect(refusal(OLD, { configuration: { 'delta.enableInCommitTimestamps': 'true' } })).toBe(
      'inCommitTimestamp',
    );
    expect(refusal({ minReaderVersion: 1, minWriterVersion: 8 })).toBe('writer version 8');
  });

  it('reads tables that only list column mapping', () => {
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['columnMapping'] };
    expect(() => requireReadable(protocol, metadata(), 't')).not.toThrow();
    const mapped = metadata({ 'delta.columnMapping.mode': 'id' });
    expect(() => requireReadable(protocol, mapped, 't')).toThrow(/columnMapping \(id\)/);
  });
});

describe('raising the protocol', () => {
  it('names what the old version implied when it becomes a list', () => {
    const upgraded = upgradeFor(
      { minReaderVersion: 1, minWriterVersion: 4 },
      struct({ at: 'timestamp_ntz' }),
    );
    expect(upgraded).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: [
        'appendOnly',
        'invariants',
        'checkConstraints',
        'changeDataFeed',
        'generatedColumns',
        'timestampNtz',
      ],
    });
    expect(upgradeFor(upgraded ?? OLD, struct({ at: 'timestamp_ntz' }))).toBeUndefined();
    expect(upgradeFor(OLD, SCHEMA)).toBeUndefined();
  });

  it('adds a writer feature in the cheapest form', () => {
    expect(upgradeWriter(OLD, 'checkConstraints')).toEqual({ minReaderVersion: 1, minWriterVersion: 3 });
    expect(upgradeWriter({ minReaderVersion: 1, minWriterVersion: 5 }, 'checkConstraints')).toBeUndefined();
    const listed = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['invariants'] };
    expect(upgradeWriter(listed, 'appendOnly')?.writerFeatures).toEqual(['invariants', 'appendOnly']);
    expect(upgradeWriter(listed, 'invariants')).toBeUndefined();
  });

  it('lists constraints by name', () => {
    const found = constraintsOf(metadata({ 'delta.constraints.a': 'x > 0', 'delta.appendOnly': 'true' }));
    expect([...found]).toEqual([['a', 'x > 0']]);
  });
});
