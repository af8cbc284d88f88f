import { formatBytes, formatNumber } from '$lib/components/format.ts';
import * as m from '$lib/paraglide/messages.js';
import type { HistoryEntry } from '../../../../../../workers/api.ts';

type Metrics = Record<string, string>;

/** What a commit did, in words made of its metrics (Spark's names); empty when it tells none. */
export function sayMetrics({ operation, operationMetrics }: HistoryEntry): string[] {
  const say = SAYERS.find(([pattern]) => pattern.test(operation))?.[1] ?? sayWrite;
  const words = say(operationMetrics).filter((part) => part !== null);
  return words.length > 0 ? words : Object.entries(operationMetrics).map(sayPlainly);
}

type Words = (string | null)[];

const SAYERS: [operation: RegExp, say: (metrics: Metrics) => Words][] = [
  [/^OPTIMIZE/, sayOptimize],
  [/^RESTORE/, sayRestore],
  [/^(DELETE|UPDATE)/, sayDelete],
  [/^MERGE/, sayMerge],
  [/^VACUUM/, sayVacuum],
];

function sayWrite(metrics: Metrics): Words {
  const [rows, files] = [read(metrics, 'numOutputRows'), read(metrics, 'numFiles')];
  const [bytes, removed] = [read(metrics, 'numOutputBytes'), read(metrics, 'numRemovedFiles')];
  const deleted = read(metrics, 'numDeletedRows');
  return [
    rows === null ? null : m.tables_metric_written({ rows: rowsOf(rows) }),
    files === null
      ? null
      : bytes === null
        ? m.tables_metric_files({ files: filesOf(files) })
        : m.tables_metric_files_size({ files: filesOf(files), size: formatBytes(bytes) }),
    deleted ? m.tables_metric_deleted({ rows: rowsOf(deleted) }) : null,
    removed ? m.tables_metric_out({ files: filesOf(removed) }) : null,
  ];
}

function sayOptimize(metrics: Metrics): Words {
  const [removed, added] = [read(metrics, 'numRemovedFiles'), read(metrics, 'numAddedFiles')];
  const [before, after] = [read(metrics, 'numRemovedBytes'), read(metrics, 'numAddedBytes')];
  return [
    removed === null || added === null
      ? null
      : m.tables_metric_packed({ removed: filesOf(removed), added: filesOf(added) }),
    before === null || after === null
      ? null
      : m.tables_metric_sizes({ before: formatBytes(before), after: formatBytes(after) }),
  ];
}

function sayRestore(metrics: Metrics): Words {
  const [back, out] = [read(metrics, 'numRestoredFiles'), read(metrics, 'numRemovedFiles')];
  return [
    back === null ? null : m.tables_metric_back({ files: filesOf(back) }),
    out === null ? null : m.tables_metric_out({ files: filesOf(out) }),
  ];
}

function sayDelete(metrics: Metrics): Words {
  const [rows, updated] = [read(metrics, 'numDeletedRows'), read(metrics, 'numUpdatedRows')];
  const [removed, copied] = [read(metrics, 'numRemovedFiles'), read(metrics, 'numCopiedRows')];
  return [
    rows === null ? null : m.tables_metric_deleted({ rows: rowsOf(rows) }),
    updated === null ? null : m.tables_metric_updated({ rows: rowsOf(updated) }),
    removed ? m.tables_metric_rewritten({ files: filesOf(removed) }) : null,
    copied ? m.tables_metric_copied({ rows: rowsOf(copied) }) : null,
  ];
}

function sayMerge(metrics: Metrics): Words {
  const part = (name: string, say: (words: { rows: string }) => string) => {
    const rows = read(metrics, name);
    return rows ? say({ rows: rowsOf(rows) }) : null;
  };
  const parts = [
    part('numTargetRowsInserted', m.tables_metric_inserted),
    part('numTargetRowsUpdated', m.tables_metric_updated),
    part('numTargetRowsDeleted', m.tables_metric_deleted),
  ];
  const told = 'numTargetRowsInserted' in metrics || 'numTargetRowsUpdated' in metrics;
  return told && parts.every((one) => one === null) ? [m.tables_metric_unchanged()] : parts;
}

function sayVacuum(metrics: Metrics): Words {
  const [deleted, doomed] = [read(metrics, 'numDeletedFiles'), read(metrics, 'numFilesToDelete')];
  const bytes = read(metrics, 'sizeOfDataToDelete');
  return [
    deleted === null ? null : m.tables_metric_vacuumed({ files: filesOf(deleted) }),
    doomed === null ? null : m.tables_metric_doomed({ files: filesOf(doomed) }),
    bytes === null ? null : formatBytes(bytes),
  ];
}

/** A metric, when it is there and a number. */
function read(metrics: Metrics, name: string): number | null {
  const text = metrics[name];
  return text === undefined || Number.isNaN(Number(text)) ? null : Number(text);
}

/** A metric that has no words here, as it is: `numOutputBytes 55.3 MiB`. */
function sayPlainly([key, value]: [string, string]): string {
  const number = Number(value);
  if (Number.isNaN(number)) return `${key} ${value}`;
  return `${key} ${/bytes|size/i.test(key) ? formatBytes(number) : formatNumber(number)}`;
}

const rowsOf = (n: number) => m.common_rows({ n, count: formatNumber(n) });
const filesOf = (n: number) => m.storage_files({ n, count: formatNumber(n) });
