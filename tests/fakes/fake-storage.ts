import type { BackupSummary, DeltaInspection, DeltaSource, StorageApi } from '../../workers/api.ts';
import type { FakeJobs } from './fake-jobs.ts';
import type { FakeLake } from './fake-lake.ts';
import { makeTable, summarize } from './fake-tables.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function sizeOf(source: DeltaSource): number {
  return Array.isArray(source) ? source.reduce((sum, { file }) => sum + file.size, 0) : source.size;
}

function nameOf(source: DeltaSource): string {
  const path = Array.isArray(source) ? (source[0]?.path.split('/')[0] ?? '') : source.name;
  return path
    .replace(/\.zip$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_');
}

/** Refuses what a reader would refuse, so that pages can show it: names with `bad`, `vectors` or `torn`. */
function refuse(source: DeltaSource): void {
  const name = nameOf(source);
  if (name.includes('vectors'))
    throw {
      name: 'UnsupportedFeatureError',
      message: `${name} needs the reader feature deletionVectors, which Tarn cannot read.`,
      hint: 'Run REORG TABLE ... APPLY (PURGE) in Spark and bring it again.',
    };
  if (name.includes('bad'))
    throw {
      name: 'BackupError',
      message: `${name}.zip is not a backup of Tarn: it has no tarn-backup.json.`,
      hint: 'Choose a zip that was made by Back up.',
    };
}

/** Storage use, backups, folders and Delta tables over the fake lake. */
export function fakeStorage(
  lake: FakeLake,
  jobs: FakeJobs,
  memory: boolean,
  changed: () => void,
): StorageApi {
  const used = () => lake.use().reduce((sum, one) => sum + one.bytes, 0);
  const paths = () => lake.tables.map((table) => table.name);
  const inspect = (file: File): BackupSummary => ({
    createdAt: Date.now() - 26 * 3_600_000,
    bytes: Math.max(file.size, 61_204_480),
    labs: [{ lab: 'transactions', tables: 15, bytes: 59_112_448, exists: lake.tables.length > 0 }],
  });
  const inspectDelta = (source: DeltaSource): DeltaInspection => ({
    suggestedName: nameOf(source) || 'imported',
    version: 12,
    numFiles: 8,
    numRecords: 184_220,
    sizeInBytes: Math.max(sizeOf(source), 9_411_072),
    columns: [
      { name: 'order_id', type: 'BIGINT' },
      { name: 'ordered_at', type: 'TIMESTAMP' },
      { name: 'customer', type: 'STRUCT(id BIGINT, name VARCHAR)' },
      { name: 'total', type: 'DECIMAL(18,2)' },
      { name: 'country', type: 'VARCHAR' },
    ],
    partitionColumns: ['country'],
    engineInfo: 'Apache-Spark/3.5.1 Delta-Lake/3.2.0',
  });
  return {
    async storage() {
      return {
        kind: memory ? 'memory' : 'opfs',
        usedBytes: used(),
        quotaBytes: memory ? null : 9_663_676_416,
      };
    },
    async storageUse() {
      await pause(150);
      return lake.use();
    },
    async deleteTable(name) {
      await pause(300);
      if (name === 'silver.stg_transactions') lake.hasView = false;
      else lake.tables.splice(lake.tables.indexOf(lake.table(name)), 1);
      changed();
    },
    async deleteLab() {
      await pause(500);
      lake.tables = [];
      lake.hasView = false;
      changed();
    },
    async backup(options = {}) {
      await jobs.play(
        { what: 'backup', subject: options.lab ?? 'lake', jobId: options.jobId, totalBytes: used() },
        paths(),
      );
      return new File(['PK'], `tarn-${options.lab ?? 'lake'}-2026-11-20T12-00-00Z.zip`);
    },
    async inspectBackup(file) {
      await pause(600);
      refuse(file);
      return inspect(file);
    },
    async restoreBackup(file, options = {}) {
      await jobs.play(
        {
          what: 'restoreBackup',
          subject: 'transactions',
          jobId: options.jobId,
          totalBytes: inspect(file).bytes,
        },
        paths(),
      );
      changed();
      return inspect(file);
    },
    async saveToFolder(_folder, options = {}) {
      await jobs.play(
        { what: 'saveToFolder', subject: options.lab ?? 'lake', jobId: options.jobId, totalBytes: used() },
        paths(),
      );
      return { files: 214, bytes: used() };
    },
    async inspectDelta(source) {
      await pause(500);
      refuse(source);
      return inspectDelta(source);
    },
    async importDelta(source, name, options = {}) {
      await jobs.play(
        {
          what: 'importDelta',
          subject: name,
          jobId: options.jobId,
          totalBytes: inspectDelta(source).sizeInBytes,
        },
        ['_delta_log/00000000000000000012.json', 'country=FR/part-00000.snappy.parquet'],
      );
      const table = makeTable(name, 184_220);
      lake.tables.push(table);
      changed();
      return summarize(table);
    },
    async cancelJob(jobId) {
      jobs.cancel(jobId);
    },
  };
}
