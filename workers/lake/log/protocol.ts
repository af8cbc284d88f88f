import { UnsupportedFeatureError } from '../errors.ts';
import { containsType } from '../schema/schema.ts';
import type { DeltaType, Metadata, Protocol, StructField, StructType } from '../types.ts';

/** Reader features that ask nothing of us, or that are implemented. Column mapping asks nothing until a mode is set. */
const READER_FEATURES = new Set(['timestampNtz', 'vacuumProtocolCheck', 'columnMapping', 'v2Checkpoint']);

/** Writer features that are implemented, or that ask nothing of us unless the table uses them (`usedFeature`). */
const WRITER_FEATURES = new Set([
  ...READER_FEATURES,
  'appendOnly',
  'invariants',
  'checkConstraints',
  'changeDataFeed',
  'generatedColumns',
  'identityColumns',
  'allowColumnDefaults',
  'domainMetadata',
  'inCommitTimestamp',
]);

/** What each writer version adds to the one before, under the names of table features (PROTOCOL "Supported Features"). */
const FEATURES_OF_VERSIONS: [number, string[]][] = [
  [2, ['appendOnly', 'invariants']],
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];

const CONSTRAINT_PREFIX = 'delta.constraints.';

/** What a commit does with rows, which decides the rules it must keep. */
export type RowsWritten =
  /** New rows that nobody can ask SQL of. */
  | 'unchecked'
  /** New rows that keep the CHECK constraints, or none; files leave whole. */
  | 'checked'
  /** As `checked`, and some rows leave files of which others are kept. */
  | 'changed';

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
  const union = (a: string[], b: string[] = []): string[] => [...new Set([...a, ...b])];
  const ofReaders = current.readerFeatures ?? (current.minReaderVersion > 1 ? ['columnMapping'] : []);
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: union(ofReaders, needed.readerFeatures),
    writerFeatures: union(writerFeaturesOf(current), needed.writerFeatures),
  };
}

/** The protocol with a writer feature, or undefined when it has it: the lowest writer version, or a name in the list of version 7. */
export function upgradeWriter(current: Protocol, feature: string): Protocol | undefined {
  if (writerFeaturesOf(current).includes(feature)) return undefined;
  if (current.minWriterVersion === 7)
    return { ...current, writerFeatures: [...(current.writerFeatures ?? []), feature] };
  const version = FEATURES_OF_VERSIONS.find(([, features]) => features.includes(feature))?.[0];
  return version === undefined ? undefined : { ...current, minWriterVersion: version };
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

/**
 * Checks that every rule of the table can be kept: features it uses, not those it only lists (delta.md section 6).
 * @throws UnsupportedFeatureError naming the first rule we could not keep as a writer
 */
export function requireWritable(
  protocol: Protocol,
  metadata: Metadata,
  schema: StructType,
  table: string,
  rows: RowsWritten = 'unchecked',
): void {
  const { minWriterVersion, writerFeatures = [] } = protocol;
  if (minWriterVersion > 7)
    throw new UnsupportedFeatureError(`writer version ${minWriterVersion}`, table, 'write');
  const found =
    writerFeatures.find((feature) => !WRITER_FEATURES.has(feature)) ??
    usedProperty(metadata, rows) ??
    usedByColumn(schema);
  if (found !== undefined) throw new UnsupportedFeatureError(found, table, 'write');
}

/** The CHECK constraints of a table by name (PROTOCOL "CHECK Constraints"). */
export function constraintsOf({ configuration }: Pick<Metadata, 'configuration'>): Map<string, string> {
  const found = Object.entries(configuration).filter(([key]) => key.startsWith(CONSTRAINT_PREFIX));
  return new Map(found.map(([key, expression]) => [key.slice(CONSTRAINT_PREFIX.length), expression]));
}

function usedProperty(metadata: Metadata, rows: RowsWritten): string | undefined {
  const isOn = (key: string) => metadata.configuration[key]?.toLowerCase() === 'true';
  const [constraint] = constraintsOf(metadata).keys();
  if (rows === 'unchecked' && constraint !== undefined)
    return `checkConstraints (${CONSTRAINT_PREFIX}${constraint})`;
  if (rows === 'changed' && isOn('delta.enableChangeDataFeed')) return 'changeDataFeed';
  return isOn('delta.enableInCommitTimestamps') ? 'inCommitTimestamp' : undefined;
}

function usedByColumn(schema: StructType): string | undefined {
  for (const { name, metadata } of nestedFields(schema)) {
    if ('delta.invariants' in metadata) return `invariants (column ${name})`;
    if ('delta.generationExpression' in metadata) return `generatedColumns (column ${name})`;
    if (Object.keys(metadata).some((key) => key.startsWith('delta.identity.')))
      return `identityColumns (column ${name})`;
  }
  return undefined;
}

function nestedFields(type: DeltaType): StructField[] {
  if (typeof type === 'string') return [];
  if (type.type === 'struct') return type.fields.flatMap((child) => [child, ...nestedFields(child.type)]);
  if (type.type === 'array') return nestedFields(type.elementType);
  return [...nestedFields(type.keyType), ...nestedFields(type.valueType)];
}

function writerFeaturesOf({ minWriterVersion, writerFeatures }: Protocol): string[] {
  if (minWriterVersion === 7) return writerFeatures ?? [];
  return FEATURES_OF_VERSIONS.flatMap(([version, features]) => (version <= minWriterVersion ? features : []));
}
