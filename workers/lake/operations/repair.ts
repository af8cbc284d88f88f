import { InvalidOptionError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import type { CommitOptions, Repair, Version } from '../types.ts';
import { findAllDamage } from './check.ts';
import type { CheckPorts, DamagedFile } from './damage.ts';
import { countRecords } from './removal.ts';
import { type OperationReport, reportOf } from './report.ts';
import { restoreTable } from './restore.ts';
import { truncateLog } from './truncate-log.ts';

/**
 * Mends a table in one of the ways that `checkTable` or `logHealth` offer.
 * @throws InvalidOptionError for a repair without the version it needs, and what the operation throws
 */
export async function repairTable(
  log: TableLog,
  { kind, version }: Pick<Repair, 'kind' | 'version'>,
  ports: CheckPorts,
  commit: CommitOptions = {},
): Promise<OperationReport> {
  switch (kind) {
    case 'forgetFiles':
      return forgetFiles(log, ports, commit);
    case 'restore':
      return restoreTable(log, { version: requireVersion(kind, version) }, { commit });
    case 'truncateLog':
      await truncateLog(log, requireVersion(kind, version));
      return reportOf([], [], { rows: null });
    case 'accept':
      await log.acceptLoss();
      return reportOf([], []);
  }
}

/**
 * Takes files that are missing or damaged out of the table (FSCK REPAIR TABLE). Append-only tables too: their rows are lost
 * already, and the log only comes to say so.
 */
async function forgetFiles(
  log: TableLog,
  ports: CheckPorts,
  commit: CommitOptions,
): Promise<OperationReport> {
  const snapshot = await log.snapshot();
  const damaged = await findAllDamage(log, snapshot, ports);
  const files = damaged.map(({ add }) => add);
  const lost = countRecords(files);
  const report = reportOf([], files, {
    rows: lost === undefined ? null : 0 - lost,
    paths: files.map(({ path }) => path),
  });
  if (files.length === 0) return report;
  const { version } = await log.commit({
    readVersion: snapshot.version,
    actions: files.map((file) => ({ remove: log.removeOf(file) })),
    reads: () => false,
    defaults: { operation: 'FSCK REPAIR TABLE', operationParameters: {} },
    options: commit,
    metrics: repairMetrics(snapshot.files.length, damaged),
  });
  return { ...report, version };
}

function repairMetrics(scanned: number, damaged: DamagedFile[]): Record<string, string> {
  return {
    numFilesScanned: String(scanned),
    numRemovedFiles: String(damaged.length),
    numMissingFiles: String(damaged.filter(({ isMissing }) => isMissing).length),
  };
}

function requireVersion(kind: Repair['kind'], version: Version | null): Version {
  if (version === null) throw new InvalidOptionError(`repair ${kind}`, 'the version to go back to', 'null');
  return version;
}
