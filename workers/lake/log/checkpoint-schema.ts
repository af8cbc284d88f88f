import { field } from '../schema/schema.ts';
import type { DeltaType, StructType } from '../types.ts';

const STRING_MAP: DeltaType = {
  type: 'map',
  keyType: 'string',
  valueType: 'string',
  valueContainsNull: true,
};
const STRING_LIST: DeltaType = { type: 'array', elementType: 'string', containsNull: true };

const FORMAT: StructType = {
  type: 'struct',
  fields: [field('provider', 'string'), field('options', STRING_MAP)],
};

/**
 * One row per action, one column per kind of action; all but one are null in each row (PROTOCOL "Checkpoint Schema"). The
 * optional columns for rows as structs (`stats_parsed`) are not written.
 */
export const CHECKPOINT_SCHEMA: StructType = {
  type: 'struct',
  fields: [
    action('txn', { appId: 'string', version: 'long', lastUpdated: 'long' }),
    action('add', {
      path: 'string',
      partitionValues: STRING_MAP,
      size: 'long',
      modificationTime: 'long',
      dataChange: 'boolean',
      stats: 'string',
      tags: STRING_MAP,
    }),
    action('remove', {
      path: 'string',
      deletionTimestamp: 'long',
      dataChange: 'boolean',
      extendedFileMetadata: 'boolean',
      partitionValues: STRING_MAP,
      size: 'long',
    }),
    action('metaData', {
      id: 'string',
      name: 'string',
      description: 'string',
      format: FORMAT,
      schemaString: 'string',
      partitionColumns: STRING_LIST,
      configuration: STRING_MAP,
      createdTime: 'long',
    }),
    action('protocol', {
      minReaderVersion: 'integer',
      minWriterVersion: 'integer',
      readerFeatures: STRING_LIST,
      writerFeatures: STRING_LIST,
    }),
    action('domainMetadata', { domain: 'string', configuration: 'string', removed: 'boolean' }),
  ],
};

function action(name: string, columns: Record<string, DeltaType>): StructType['fields'][number] {
  const fields = Object.entries(columns).map(([column, type]) => field(column, type));
  return field(name, { type: 'struct', fields });
}
