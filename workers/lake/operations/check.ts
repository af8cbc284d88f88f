import { logHealth } from '../log/health.ts';
import type { TableLog } from '../log/table-log.ts';
import { dataFilePath } from '../path.ts';
import type { AddFile, Repair, Snapshot, TableProblem } from '../types.ts';
import { type CheckPorts, type DamagedFile, findDamage } from './damage.ts';
import { readFileHistory } from './lifetimes.ts';
import { countRecords } from './removal.ts';
import { sumSizes } from './report.ts';

/** Files named in a message. */
const NAMED_FILES = 3;

/** What a check has read, and what it found. */
export interface CheckReport {
  filesChecked: number;
  bytesChecked: number;
  problem: TableProblem | null;
}

/** Reads a table's log and every live data file, and says what is wrong and what mends it. @throws TableNotFoundError */
export async function checkTable(log: TableLog, ports: CheckPorts): Promise<CheckReport> {
  const problem = await logHealth(log);
  if (problem && !problem.readable) return { filesChecked: 0, bytesChecked: 0, problem };
  const snapshot = await log.snapshot();
  const damaged = await findAllDamage(log, snapshot, ports);
  const checked = { filesChecked: snapshot.files.length, bytesChecked: sumSizes(snapshot.files) };
  if (damaged.length === 0) return { ...checked, problem };
  return { ...checked, problem: await dataProblem(log, snapshot, damaged, ports) };
}

/** The live files that are missing or damaged. */
export async function findAllDamage(
  log: TableLog,
  snapshot: Snapshot,
  ports: CheckPorts,
): Promise<DamagedFile[]> {
  const damaged: DamagedFile[] = [];
  ports.progress?.expect(snapshot.sizeInBytes);
  for (const add of snapshot.files) {
    const found = await findDamage(log, snapshot, add, ports);
    if (found) damaged.push(found);
    ports.progress?.advance(add.size, add.path);
  }
  return damaged;
}

async function dataProblem(
  log: TableLog,
  snapshot: Snapshot,
  damaged: DamagedFile[],
  ports: CheckPorts,
): Promise<TableProblem> {
  const named = damaged.slice(0, NAMED_FILES).map(({ add, reason }) => `${add.path} (${reason})`);
  const more = damaged.length > NAMED_FILES ? ` and ${damaged.length - NAMED_FILES} more` : '';
  const restore = await restoreRepair(log, snapshot, damaged, ports);
  return {
    kind: 'data',
    readable: false,
    message: `${damaged.length} of the ${snapshot.files.length} data files of ${log.name} cannot be read: ${named.join(', ')}${more}.`,
    repairs: [forgetRepair(damaged), ...(restore ? [restore] : [])],
  };
}

function forgetRepair(damaged: DamagedFile[]): Repair {
  const count = countRecords(damaged.map(({ add }) => add));
  const whose = damaged.length === 1 ? 'its' : 'their';
  const rows = count === undefined ? `${whose} rows` : `${whose} ${count} rows`;
  const files = damaged.length === 1 ? 'file' : `${damaged.length} files`;
  const explain = `Takes the ${files} out of the table in a new commit; ${rows} are lost, all others stay.`;
  return { kind: 'forgetFiles', version: null, explain };
}

async function restoreRepair(
  log: TableLog,
  snapshot: Snapshot,
  damaged: DamagedFile[],
  ports: CheckPorts,
): Promise<Repair | undefined> {
  if (snapshot.metadata.configuration['delta.appendOnly'] === 'true') return undefined;
  const good = await findGoodVersion(log, snapshot, damaged, ports);
  if (!good) return undefined;
  const { version, timestamp, numRecords } = good;
  const when = new Date(timestamp).toISOString().slice(0, 19).replace('T', ' ');
  const rows = numRecords === undefined ? '' : ` with its ${numRecords} rows`;
  const explain = `Goes back to version ${version} of ${when} UTC${rows}, whose files are all whole, in a new commit; what was committed after it is undone.`;
  return { kind: 'restore', version, explain };
}

/** The newest former version that has files, and whole ones only. */
async function findGoodVersion(
  log: TableLog,
  snapshot: Snapshot,
  damaged: DamagedFile[],
  ports: CheckPorts,
): Promise<Snapshot | undefined> {
  const pathOf = ({ path }: AddFile): string => dataFilePath(log.path, path);
  const history = await readFileHistory(log);
  const bad = new Set(damaged.map(({ add }) => pathOf(add)));
  const whole = new Set(snapshot.files.map(pathOf).filter((path) => !bad.has(path)));
  for (let version = snapshot.version - 1; version >= history.oldest; version -= 1) {
    const files = history.lifetimes.filter(({ from, to }) => from <= version && version < to);
    if (files.length === 0 || files.some(({ path }) => bad.has(path))) continue;
    const then = await log.snapshot(version);
    for (const { path, add } of files) {
      if (whole.has(path)) continue;
      const found = await findDamage(log, then, add, ports);
      (found ? bad : whole).add(path);
      if (found) break;
    }
    if (files.every(({ path }) => whole.has(path))) return then;
  }
  return undefined;
}
