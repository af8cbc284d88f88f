import { LogError, SchemaError, TableNotFoundError, UnsupportedFeatureError } from '../errors.ts';
import { listLog } from './listing.ts';
import { loadNewest } from './load.ts';
import { readCommit } from './log.ts';
import { type ReplayState, replayCommits } from './snapshot.ts';
import type { TableLog } from './table-log.ts';
import type { LostCommits, TableProblem, Version } from '../types.ts';

/**
 * What is wrong with a table's log, and what mends it; null when nothing is. Data files are not looked at. It never throws for
 * a log that is broken.
 * @throws TableNotFoundError when there is no table, and none was lost
 */
export async function logHealth(log: TableLog): Promise<TableProblem | null> {
  try {
    await log.snapshot();
  } catch (cause) {
    if (cause instanceof LogError) return brokenLog(log, cause);
    if (cause instanceof UnsupportedFeatureError || cause instanceof SchemaError)
      return { kind: 'unsupported', readable: false, message: cause.message, repairs: [] };
    const lost = cause instanceof TableNotFoundError ? await log.lostCommits() : undefined;
    if (!lost) throw cause;
    return rolledBack(log.name, lost, false);
  }
  const lost = await log.lostCommits();
  return lost ? rolledBack(log.name, lost, true) : null;
}

async function brokenLog(log: TableLog, { message }: LogError): Promise<TableProblem> {
  const { good, last } = await findLastGood(log);
  const problem: TableProblem = { kind: 'log', readable: false, message, repairs: [] };
  if (!good) return problem;
  const { version, timestamp } = good;
  const lost = `${versions(version + 1, last)} will be lost, with the rows that they wrote or deleted.`;
  const explain = `Goes back to version ${version}, of ${timeText(timestamp)}, by deleting the log entries after it. ${lost}`;
  return { ...problem, repairs: [{ kind: 'truncateLog', version, explain }] };
}

/** The newest state before the first fault, if there is one, and the last version that the log has a file of. */
async function findLastGood(log: TableLog): Promise<{ good: ReplayState | undefined; last: Version }> {
  const { commits, checkpoints, files } = await listLog(log.store, log.path);
  const base = await loadNewest(log, checkpoints);
  const later = commits.filter((version) => version > base.version);
  const read = await Promise.all(later.map((version) => readCommit(log.store, log.path, version)));
  const end = read.findIndex((commit, index) => commit?.version !== base.version + 1 + index);
  const whole = read.slice(0, end < 0 ? undefined : end).filter((commit) => commit !== undefined);
  const state = replayCommits(base, whole, log.ref);
  const last = files.reduce((newest, { version }) => Math.max(newest, version), -1);
  return { good: state.protocol && state.metadata ? state : undefined, last };
}

function rolledBack(table: string, { first, last, timestamp }: LostCommits, readable: boolean): TableProblem {
  const which = versions(first, last);
  const when = `the last of them written on ${timeText(timestamp)}`;
  const message = `${which} of ${table} (${when}) had been committed and are gone: most likely power was cut before the browser had stored them. What they wrote must be written again.`;
  const state = readable ? 'The table stays as it is now' : 'There is no table any more';
  const explain = `Takes note of the loss. ${state}; run again what wrote ${which.toLowerCase()}.`;
  return { kind: 'rolledBack', readable, message, repairs: [{ kind: 'accept', version: null, explain }] };
}

function versions(first: Version, last: Version): string {
  return first >= last ? `Version ${last}` : `Versions ${first} to ${last}`;
}

function timeText(timestamp: number): string {
  return `${new Date(timestamp).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
