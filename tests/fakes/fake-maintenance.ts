import type { MaintenanceApi, MaintenanceReport } from '../../workers/api.ts';
import type { FakeJobs } from './fake-jobs.ts';
import type { FakeLake } from './fake-lake.ts';
import { commitVersion, makeFiles, sumBytes, sumRows, type FakeTable } from './fake-tables.ts';
import { askWarehouse } from './fake-warehouse.ts';

type Files = FakeTable['orphans'];
const HOUR = 3_600_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function report(
  table: FakeTable,
  operation: MaintenanceReport['operation'],
  dryRun: boolean,
  change: { added?: Files; removed?: Files } & Partial<MaintenanceReport>,
): MaintenanceReport {
  const { added = [], removed = [], ...rest } = change;
  return {
    table: table.name,
    operation,
    dryRun,
    version: null,
    filesAdded: added.length,
    bytesAdded: sumBytes(added),
    filesRemoved: removed.length,
    bytesRemoved: sumBytes(removed),
    rows: null,
    versionsLost: [],
    paths: removed.map((file) => file.path).slice(0, 1000),
    ...rest,
  };
}

/** Optimize, vacuum, restore, delete, diff, check and repair over the fake lake. `changed` tells pages to read again. */
export function fakeMaintenance(lake: FakeLake, jobs: FakeJobs, changed: () => void): MaintenanceApi {
  return {
    async optimize(name, { dryRun = false, targetBytes = 32 * 1024 * 1024 } = {}) {
      const table = lake.table(name);
      const { files } = lake.version(table);
      const small = files.filter((file) => file.sizeInBytes < targetBytes / 2);
      const removed = small.length > 1 ? small : [];
      const added = removed.length > 0 ? makeFiles(sumRows(removed), targetBytes / 58) : [];
      if (dryRun || removed.length === 0)
        return report(table, 'OPTIMIZE', dryRun, { added, removed, rows: 0 });
      await jobs.play(
        { what: 'optimize', subject: name, totalBytes: sumBytes(removed) },
        removed.map((file) => file.path),
      );
      const version = commitVersion(table, {
        operation: 'OPTIMIZE',
        files: [...files.filter((file) => !removed.includes(file)), ...added],
        metrics: {
          numRemovedFiles: removed.length,
          numAddedFiles: added.length,
          numRemovedBytes: sumBytes(removed),
          numAddedBytes: sumBytes(added),
        },
      });
      changed();
      return report(table, 'OPTIMIZE', false, { added, removed, version, rows: 0 });
    },

    async vacuum(name, { dryRun = false, retentionHours = 168 } = {}) {
      const table = lake.table(name);
      await pause(120);
      const horizon = Date.now() - retentionHours * HOUR;
      const kept = table.versions.filter(({ entry }, i) => {
        const leftAt = table.versions[i + 1]?.entry.timestamp ?? Infinity;
        return i === table.versions.length - 1 || leftAt > horizon || entry.operation === 'MERGE';
      });
      const needed = new Set(kept.flatMap(({ files }) => files.map((file) => file.path)));
      const removed = lake.oldFiles(table).filter((file) => !needed.has(file.path));
      const versionsLost = table.versions
        .filter(({ files }) => files.some((file) => removed.some((gone) => gone.path === file.path)))
        .map(({ entry }) => entry.version);
      if (!dryRun && removed.length > 0) {
        table.orphans = [];
        table.versions = table.versions.filter(({ entry }) => !versionsLost.includes(entry.version));
        changed();
      }
      return report(table, 'VACUUM', dryRun, { removed, versionsLost });
    },

    async restore(name, to, { dryRun = false } = {}) {
      const table = lake.table(name);
      await pause(120);
      const [now, then] = [lake.version(table), lake.version(table, to)];
      const added = then.files.filter((file) => !now.files.includes(file));
      const removed = now.files.filter((file) => !then.files.includes(file));
      const rows = sumRows(then.files) - sumRows(now.files);
      if (dryRun) return report(table, 'RESTORE', true, { added, removed, rows });
      const metrics = {
        numRestoredFiles: added.length,
        numRemovedFiles: removed.length,
        restoredFilesSize: sumBytes(added),
        removedFilesSize: sumBytes(removed),
      };
      const version = commitVersion(table, {
        operation: 'RESTORE',
        files: then.files,
        parameters: { version: String(then.entry.version) },
        metrics,
      });
      changed();
      return report(table, 'RESTORE', false, { added, removed, rows, version });
    },

    async deleteRows(name, condition, { dryRun = false } = {}) {
      const table = lake.table(name);
      await askWarehouse(`select 1 from silver.transactions where ${condition}`, { limit: 1 });
      const { files } = lake.version(table);
      const removed = files.slice(0, 1);
      const lost = Math.round(sumRows(removed) * 0.04);
      const added = makeFiles(sumRows(removed) - lost);
      if (dryRun) return report(table, 'DELETE', true, { added, removed, rows: lost });
      const version = commitVersion(table, {
        operation: 'DELETE',
        files: [...files.slice(1), ...added],
        parameters: { predicate: `["(${condition})"]` },
        metrics: {
          numDeletedRows: lost,
          numRemovedFiles: removed.length,
          numAddedFiles: added.length,
          numCopiedRows: sumRows(added),
        },
      });
      changed();
      return report(table, 'DELETE', false, { added, removed, rows: lost, version });
    },

    async diff(name, from, to, { key = [], limit = 200 } = {}) {
      lake.table(name);
      const source =
        'select transaction_id, customer_id, transaction_type, amount, status, channel from silver.transactions';
      const changes =
        key.length > 0
          ? `union all select 'before', * from (${source} limit 6 offset 40) union all select 'after', * replace (amount + 1 as amount, 'FAILED' as status) from (${source} limit 6 offset 40)`
          : '';
      const rows = await askWarehouse(
        `select 'added' as _change, * from (${source} limit 12) union all select 'removed', * from (${source} limit 7 offset 20) ${changes}`,
        { limit },
      );
      return {
        table: name,
        from,
        to,
        key,
        added: 145_262,
        removed: 7,
        changed: key.length > 0 ? 6 : 0,
        rows,
      };
    },

    async checkTable(name) {
      const table = lake.table(name);
      const files = table.versions.at(-1)?.files ?? [];
      await jobs.play(
        { what: 'checkTable', subject: name, totalBytes: sumBytes(files) },
        files.map((file) => file.path),
      );
      return {
        table: name,
        filesChecked: files.length,
        bytesChecked: sumBytes(files),
        problem: table.problem,
      };
    },

    async repairTable(name) {
      const table = lake.table(name);
      await pause(700);
      table.problem = null;
      changed();
      return report(table, 'REPAIR', false, { version: table.versions.at(-1)?.entry.version ?? null });
    },
  };
}
