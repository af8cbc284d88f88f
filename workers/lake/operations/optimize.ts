import { CommitConflictError, InvalidOptionError, StorageFullError } from '../errors.ts';
import { requireWritable } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import type { AddFile, CommitOptions, Snapshot, Version } from '../types.ts';
import { type BinLimits, cutBins, groupByPartition, packBins } from './bins.ts';
import { FileRewriter } from './file-rewriter.ts';
import { type Layout, layoutOf, layoutTag } from './layout.ts';
import { type OperationReport, type Progress, reportOf, sumSizes } from './report.ts';
import type { RowPorts } from './rows.ts';

const DEFAULT_TARGET_BYTES = 32 * 2 ** 20;
/** Rows of one rewrite: what an executor can hold decoded. */
const MAX_ROWS = 2_000_000;
/** Sorting cuts better the more rows it sees at once; so many target sizes still fit the row engine. */
const SORTED_TARGETS = 4;

export interface OptimizeOptions {
  /** Files smaller than this are packed together; 32 MiB unless told. */
  targetBytes?: number;
  /** Rows are sorted by these columns. */
  sortBy?: string[];
  /** Rows lie along a Z-order curve over these columns. */
  zOrderBy?: string[];
  dryRun?: boolean;
  progress?: Progress;
  commit?: CommitOptions;
}

/**
 * Packs the small files of each partition in one commit that changes no row (OPTIMIZE). With a layout every partition that has
 * a file outside it is rewritten, a few target sizes at a time. One bin is in memory at a time. What is in order is left alone, so
 * that a second call commits nothing. Appends may come first; the removal of a file that is rewritten may not.
 * @throws InvalidOptionError, CommitConflictError; the new files are deleted then
 */
export async function optimizeTable(
  log: TableLog,
  ports: RowPorts,
  options: OptimizeOptions = {},
): Promise<OperationReport> {
  const snapshot = await log.snapshot();
  requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, log.name, 'checked');
  const { targetBytes = DEFAULT_TARGET_BYTES, progress } = options;
  if (!(targetBytes > 0))
    throw new InvalidOptionError('targetBytes', 'more than 0 bytes', String(targetBytes));
  const layout = layoutOf(snapshot, options);
  const plan = planOf(layout, targetBytes);
  const groups = groupByPartition(snapshot.files, snapshot.metadata.partitionColumns);
  const bins = groups.flatMap(plan);
  if (options.dryRun || bins.length === 0) return plannedReport(bins);
  progress?.expect(sumSizes(bins.flat()));
  const rewriter = new FileRewriter(log, snapshot, { ...ports, layout, targetBytes, progress });
  let publishing = false;
  try {
    for (const group of groups) await rewriteGroup(rewriter, group, plan);
    publishing = true;
    const { removed, added } = rewriter;
    const version = await commitRewrite(log, snapshot, rewriter, options);
    return reportOf(added, removed, { version, paths: removed.map(({ path }) => path) });
  } catch (cause) {
    const refused = cause instanceof CommitConflictError || cause instanceof StorageFullError;
    // A commit that failed otherwise may be in the log all the same; then a vacuum will know.
    if (!publishing || refused) await rewriter.discard();
    throw cause;
  }
}

/** Which files of a partition to rewrite together. */
type Plan = (files: AddFile[]) => AddFile[][];

function planOf(layout: Layout, targetBytes: number): Plan {
  if (layout.kind === 'none') return (files) => packBins(files, { bytes: targetBytes, rows: MAX_ROWS });
  const limits: BinLimits = { bytes: SORTED_TARGETS * targetBytes, rows: MAX_ROWS };
  const tag = layoutTag(layout);
  return (files) => (files.every(({ tags }) => tags?.layout === tag) ? [] : cutBins(files, limits));
}

/** Until there is nothing left to plan: packed files may be smaller than their parts were, and fit with others again. */
async function rewriteGroup(rewriter: FileRewriter, group: AddFile[], plan: Plan): Promise<void> {
  let files = group;
  for (let bins = plan(files); bins.length > 0; bins = plan(files)) {
    for (const bin of bins) {
      const made = await rewriter.rewrite(bin);
      files = [...files.filter((file) => !bin.includes(file)), ...made];
    }
  }
}

async function commitRewrite(
  log: TableLog,
  snapshot: Snapshot,
  { removed, added }: FileRewriter,
  { sortBy, zOrderBy = [], commit = {} }: OptimizeOptions,
): Promise<Version> {
  const { version } = await log.commit({
    readVersion: snapshot.version,
    actions: [
      ...removed.map((file) => ({ remove: log.removeOf(file, false) })),
      ...added.map((add) => ({ add })),
    ],
    // Rows that others add are no concern of a rewrite, only the files that it removes.
    reads: () => false,
    defaults: {
      operation: 'OPTIMIZE',
      operationParameters: {
        predicate: '[]',
        zOrderBy: JSON.stringify(zOrderBy),
        ...(sortBy ? { sortBy: JSON.stringify(sortBy) } : {}),
        auto: 'false',
      },
    },
    options: commit,
    metrics: optimizeMetrics(removed, added),
  });
  return version;
}

/** Spark's names; the sizes are those of the new files. */
function optimizeMetrics(removed: AddFile[], added: AddFile[]): Record<string, string> {
  const sizes = added.map(({ size }) => size).sort((a, b) => a - b);
  const quantile = (share: number): string => String(sizes[Math.floor(share * (sizes.length - 1))] ?? 0);
  return {
    numRemovedFiles: String(removed.length),
    numRemovedBytes: String(sumSizes(removed)),
    numAddedFiles: String(added.length),
    numAddedBytes: String(sumSizes(added)),
    minFileSize: quantile(0),
    p25FileSize: quantile(0.25),
    p50FileSize: quantile(0.5),
    p75FileSize: quantile(0.75),
    maxFileSize: quantile(1),
  };
}

/** As if each bin became one file without getting smaller. */
function plannedReport(bins: AddFile[][]): OperationReport {
  const files = bins.flat();
  const added = bins.map((bin) => ({ size: sumSizes(bin) }));
  return reportOf(added, files, { paths: files.map(({ path }) => path) });
}
