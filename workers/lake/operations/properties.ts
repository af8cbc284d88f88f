/** Table properties (delta.md section 10; PROTOCOL "Table Features" for those that are none of ours). */

import { InvalidOptionError } from '../errors.ts';
import { parseInterval } from '../interval.ts';
import { upgradeWriter } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import type { CommitOptions, CommitResult } from '../types.ts';
import { alterTable, openForChange } from './alter.ts';

/** What a value must be; throws when it is not. */
type Check = (value: string, property: string) => void;

const oneOf =
  (...values: string[]): Check =>
  (value, property) => {
    if (!values.includes(value.toLowerCase()))
      throw new InvalidOptionError(property, values.join(' or '), value);
  };

const wholeNumber =
  (least: number): Check =>
  (value, property) => {
    if (!/^-?\d+$/.test(value) || Number(value) < least)
      throw new InvalidOptionError(property, `a whole number from ${least} on`, value);
  };

const refused =
  (feature: string): Check =>
  (value, property) => {
    throw new InvalidOptionError(property, `no value: the Delta feature ${feature} is not supported`, value);
  };

const offOr =
  (feature: string): Check =>
  (value, property) => {
    if (value.toLowerCase() !== 'false' && value.toLowerCase() !== 'none') refused(feature)(value, property);
  };

const isBoolean = oneOf('true', 'false');
const anything: Check = () => undefined;
const duration: Check = (value, property) => void parseInterval(value, property);

const CHECKS: Record<string, Check> = {
  'delta.appendOnly': isBoolean,
  'delta.autoOptimize.autoCompact': isBoolean,
  'delta.autoOptimize.optimizeWrite': isBoolean,
  'delta.checkpoint.writeStatsAsJson': isBoolean,
  'delta.checkpoint.writeStatsAsStruct': isBoolean,
  'delta.checkpointInterval': wholeNumber(1),
  'delta.checkpointPolicy': oneOf('classic'),
  'delta.checkpointRetentionDuration': duration,
  'delta.columnMapping.mode': offOr('columnMapping'),
  'delta.compatibility.symlinkFormatManifest.enabled': oneOf('false'),
  'delta.dataSkippingNumIndexedCols': wholeNumber(-1),
  'delta.dataSkippingStatsColumns': anything,
  'delta.dataSkippingStringPrefixLength': wholeNumber(1),
  'delta.deletedFileRetentionDuration': duration,
  'delta.enableChangeDataFeed': offOr('changeDataFeed'),
  'delta.enableDeletionVectors': offOr('deletionVectors'),
  'delta.enableExpiredLogCleanup': isBoolean,
  'delta.enableInCommitTimestamps': offOr('inCommitTimestamp'),
  'delta.enableRowTracking': offOr('rowTracking'),
  'delta.enableTypeWidening': offOr('typeWidening'),
  'delta.isolationLevel': oneOf('serializable', 'writeserializable'),
  'delta.logRetentionDuration': duration,
  'delta.parquet.compression.codec': oneOf('zstd', 'snappy', 'uncompressed'),
  'delta.randomizeFilePrefixes': isBoolean,
  'delta.setTransactionRetentionDuration': duration,
  'delta.targetFileSize': anything,
  'delta.tuneFileSizesForRewrites': isBoolean,
};

/**
 * Checks properties before they are kept: those of Delta by name and value, one's own not at all.
 * @throws InvalidOptionError naming the property, what is expected and what was found
 */
export function requireProperties(properties: Record<string, string>): void {
  for (const [property, value] of Object.entries(properties)) {
    if (!property.startsWith('delta.')) continue;
    const check = CHECKS[property] ?? checkOfPrefix(property);
    check(value, property);
  }
}

/** Sets table properties (SET TBLPROPERTIES). @throws InvalidOptionError */
export async function setProperties(
  log: TableLog,
  properties: Record<string, string>,
  options: CommitOptions = {},
): Promise<CommitResult> {
  requireProperties(properties);
  const snapshot = await openForChange(log);
  const { metadata, protocol } = snapshot;
  const appendOnly = properties['delta.appendOnly']?.toLowerCase() === 'true';
  return alterTable(
    log,
    snapshot,
    {
      metadata: { ...metadata, configuration: { ...metadata.configuration, ...properties } },
      // A version of 7 asks for a rule only when it lists it.
      protocol: appendOnly ? upgradeWriter(protocol, 'appendOnly') : undefined,
      reads: 'nothing',
      defaults: {
        operation: 'SET TBLPROPERTIES',
        operationParameters: { properties: JSON.stringify(properties) },
      },
    },
    options,
  );
}

/** Takes table properties back (UNSET TBLPROPERTIES); those that are not set are left out. @throws InvalidOptionError */
export async function unsetProperties(
  log: TableLog,
  properties: string[],
  options: CommitOptions = {},
): Promise<CommitResult> {
  const constraint = properties.find((property) => property.startsWith('delta.constraints.'));
  if (constraint !== undefined)
    throw new InvalidOptionError('property', 'dropConstraint for a constraint', constraint);
  const snapshot = await openForChange(log);
  const { metadata } = snapshot;
  const kept = Object.entries(metadata.configuration).filter(([property]) => !properties.includes(property));
  return alterTable(
    log,
    snapshot,
    {
      metadata: { ...metadata, configuration: Object.fromEntries(kept) },
      reads: 'nothing',
      defaults: {
        operation: 'UNSET TBLPROPERTIES',
        operationParameters: { properties: JSON.stringify(properties), ifExists: 'true' },
      },
    },
    options,
  );
}

function checkOfPrefix(property: string): Check {
  if (property.startsWith('delta.constraints.'))
    return (value) => {
      throw new InvalidOptionError(property, 'addConstraint, which asks the rows first', value);
    };
  if (property.startsWith('delta.feature.')) return refused(property.slice('delta.feature.'.length));
  return (value) => {
    throw new InvalidOptionError(
      'property',
      'a property of Delta that is known, or a name of your own',
      `${property}=${value}`,
    );
  };
}
