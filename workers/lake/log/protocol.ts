import { UnsupportedFeatureError } from '../errors.ts';
import { containsType } from '../schema/schema.ts';
import type { Metadata, Protocol, StructType } from '../types.ts';

/** Reader features that ask nothing of us, or that are implemented. */
const READER_FEATURES = new Set(['timestampNtz', 'vacuumProtocolCheck', 'v2Checkpoint']);
const WRITER_FEATURES = new Set(['timestampNtz', 'appendOnly', 'invariants', 'vacuumProtocolCheck']);

/** The lowest protocol that a schema needs: (1,2), or (3,7) with `timestampNtz` (PROTOCOL "Timestamp without timezone"). */
export function protocolFor(schema: StructType): Protocol {
  if (!containsType(schema, 'timestamp_ntz')) return { minReaderVersion: 1, minWriterVersion: 2 };
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ['timestampNtz'],
    writerFeatures: ['timestampNtz', 'appendOnly', 'invariants'],
  };
}

/** The protocol that serves both the table and a new schema, or undefined when the table's own does. Never lower. */
export function upgradeFor(current: Protocol, schema: StructType): Protocol | undefined {
  const needed = protocolFor(schema);
  if (needed.minReaderVersion === 1 || current.readerFeatures?.includes('timestampNtz')) return undefined;
  const union = (a: string[] = [], b: string[] = []): string[] => [...new Set([...a, ...b])];
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: union(current.readerFeatures, needed.readerFeatures),
    writerFeatures: union(current.writerFeatures, needed.writerFeatures),
  };
}

/** @throws UnsupportedFeatureError naming the first feature that would make us read wrong rows */
export function requireReadable(protocol: Protocol, metadata: Metadata, table: string): void {
  const mapping = metadata.configuration['delta.columnMapping.mode'];
  if (mapping !== undefined && mapping !== 'none')
    throw new UnsupportedFeatureError(`columnMapping (${mapping})`, table, 'read');
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > 3)
    throw new UnsupportedFeatureError(`reader version ${minReaderVersion}`, table, 'read');
  const unknown = readerFeatures.find((feature) => !READER_FEATURES.has(feature));
  if (unknown !== undefined) throw new UnsupportedFeatureError(unknown, table, 'read');
}

/** @throws UnsupportedFeatureError naming the first rule we could not keep as a writer */
export function requireWritable(
  protocol: Protocol,
  metadata: Metadata,
  schema: StructType,
  table: string,
): void {
  const { minWriterVersion, writerFeatures = [] } = protocol;
  if (minWriterVersion > 2 && minWriterVersion !== 7) {
    throw new UnsupportedFeatureError(`writer version ${minWriterVersion}`, table, 'write');
  }
  const unknown = writerFeatures.find((feature) => !WRITER_FEATURES.has(feature));
  if (unknown !== undefined) throw new UnsupportedFeatureError(unknown, table, 'write');
  const constraint = Object.keys(metadata.configuration).find((key) => key.startsWith('delta.constraints.'));
  if (constraint !== undefined)
    throw new UnsupportedFeatureError(`checkConstraints (${constraint})`, table, 'write');
  const invariant = schema.fields.find((column) => 'delta.invariants' in column.metadata);
  if (invariant) throw new UnsupportedFeatureError(`invariants (column ${invariant.name})`, table, 'write');
}
