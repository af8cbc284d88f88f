import type { Action, CommitInfo, CommitOptions, Version, WrittenFile } from '../types.ts';

/** Written into every commit and every data file. */
export const ENGINE_INFO = 'Tarn/0.1.0';

/** The provenance of a commit: what the caller says wins over the operation's own words (PROTOCOL "Commit Provenance Information"). */
export function commitInfo(step: {
  now: number;
  readVersion: Version;
  blindAppend: boolean;
  defaults: { operation: string; operationParameters: Record<string, string> };
  options: CommitOptions;
  metrics: Record<string, string>;
  txnId: string;
}): CommitInfo {
  const { options, defaults, readVersion } = step;
  return {
    timestamp: step.now,
    operation: options.operation ?? defaults.operation,
    operationParameters: { ...defaults.operationParameters, ...options.operationParameters },
    operationMetrics: { ...step.metrics, ...options.operationMetrics },
    readVersion: readVersion < 0 ? undefined : readVersion,
    isBlindAppend: step.blindAppend,
    engineInfo: ENGINE_INFO,
    txnId: step.txnId,
    userMetadata: options.runId === undefined ? undefined : JSON.stringify({ runId: options.runId }),
  };
}

/** Metrics of a write under Spark's names; every value is text. */
export function operationMetrics(files: WrittenFile[], actions: Action[]): Record<string, string> {
  const removed = actions.filter((action) => 'remove' in action).length;
  return {
    numFiles: String(files.length),
    numOutputRows: String(files.reduce((sum, file) => sum + file.numRecords, 0)),
    numOutputBytes: String(files.reduce((sum, file) => sum + file.add.size, 0)),
    ...(removed > 0 ? { numRemovedFiles: String(removed) } : {}),
  };
}
