import { formatBytes, formatNumber } from '$lib/components/format.ts';
import * as m from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/paraglide/runtime.js';
import type { MaintenanceReport } from '../../../workers/api.ts';

/** One line: what an operation did, or as a dry run would do. */
export function sayReport(report: MaintenanceReport): string {
  return SENTENCES[report.operation](report);
}

/** Whether an operation would change nothing, so that there is no reason to run it. */
export function isIdle(report: MaintenanceReport): boolean {
  if (report.operation === 'DELETE') return report.rows === 0;
  if (report.operation === 'RESTORE' || report.operation === 'REPAIR') return false;
  return report.filesRemoved === 0 && report.filesAdded === 0;
}

/** `0, 1, 2 and 5` as `versions 0 to 2 and 5`. */
export function sayVersions(versions: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const version of versions.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && version <= last[1] + 1) last[1] = version;
    else spans.push([version, version]);
  }
  const words = spans.flatMap(([first, last]) => {
    if (first === last) return [String(first)];
    return last === first + 1 ? [String(first), String(last)] : [m.maintenance_range({ first, last })];
  });
  const list = new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(words);
  return m.maintenance_versions({ n: versions.length, list });
}

const SENTENCES: Record<MaintenanceReport['operation'], (report: MaintenanceReport) => string> = {
  OPTIMIZE(report) {
    if (isIdle(report)) return m.maintenance_optimize_nothing();
    return (report.dryRun ? m.maintenance_optimize_will : m.maintenance_optimize_did)(partsOf(report));
  },
  VACUUM(report) {
    if (isIdle(report)) return m.maintenance_vacuum_nothing();
    const lost = report.versionsLost;
    if (lost.length === 0)
      return (report.dryRun ? m.maintenance_vacuum_will : m.maintenance_vacuum_did)(partsOf(report));
    const say = report.dryRun ? m.maintenance_vacuum_will_lose : m.maintenance_vacuum_did_lose;
    return say({ ...partsOf(report), versions: sayVersions(lost) });
  },
  RESTORE(report) {
    const say = report.dryRun ? m.maintenance_restore_will : m.maintenance_restore_did;
    return say({ ...partsOf(report), rows: sayChange(report.rows) });
  },
  DELETE(report) {
    if (isIdle(report)) return m.maintenance_delete_nothing();
    if (report.rows === null)
      return (report.dryRun ? m.maintenance_delete_will_unknown : m.maintenance_delete_did_unknown)(
        partsOf(report),
      );
    return (report.dryRun ? m.maintenance_delete_will : m.maintenance_delete_did)({
      ...partsOf(report),
      rows: sayRows(report.rows),
    });
  },
  REPAIR(report) {
    return (report.filesRemoved > 0 ? m.maintenance_repair_did_files : m.maintenance_repair_did)(
      partsOf(report),
    );
  },
};

/** The pieces that sentences are made of. */
function partsOf(report: MaintenanceReport) {
  const files = (n: number) => m.storage_files({ n, count: formatNumber(n) });
  return {
    added: files(report.filesAdded),
    addedSize: formatBytes(report.bytesAdded),
    removed: files(report.filesRemoved),
    removedSize: formatBytes(report.bytesRemoved),
    version: report.version === null ? '' : m.maintenance_as_version({ version: report.version }),
  };
}

function sayRows(count: number): string {
  return m.common_rows({ n: count, count: formatNumber(count) });
}

/** The change in the number of rows; null when it is not known. */
function sayChange(rows: number | null): string {
  if (rows === null) return m.maintenance_rows_unknown();
  if (rows === 0) return m.maintenance_rows_same();
  const words = sayRows(Math.abs(rows));
  return rows > 0 ? m.maintenance_rows_more({ rows: words }) : m.maintenance_rows_fewer({ rows: words });
}
