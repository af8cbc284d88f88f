import { requireWritable } from '../log/protocol.ts';
import type { CommitStep, TableLog } from '../log/table-log.ts';
import type { Action, CommitOptions, CommitResult, Metadata, Protocol, Snapshot } from '../types.ts';

/** A change of a table's metadata that leaves its rows alone. */
export interface Alteration {
  metadata: Metadata;
  /** Undefined when the table's own serves. */
  protocol?: Protocol;
  defaults: CommitStep['defaults'];
  /** `everything` when rows were looked at, so that later ones are conflicts. */
  reads: 'nothing' | 'everything';
}

/** The table as it is, when its metadata may be changed. @throws TableNotFoundError, UnsupportedFeatureError */
export async function openForChange(log: TableLog): Promise<Snapshot> {
  const snapshot = await log.snapshot();
  requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, log.name, 'checked');
  return snapshot;
}

/** Commits new metadata; nothing happens when it is what the table has. @throws CommitConflictError */
export async function alterTable(
  log: TableLog,
  snapshot: Snapshot,
  { metadata, protocol, defaults, reads }: Alteration,
  options: CommitOptions = {},
): Promise<CommitResult> {
  if (!protocol && JSON.stringify(metadata) === JSON.stringify(snapshot.metadata))
    return { version: snapshot.version, committed: false };
  const actions: Action[] = [...(protocol ? [{ protocol }] : []), { metaData: metadata }];
  return log.commit({ readVersion: snapshot.version, actions, reads, defaults, options });
}
