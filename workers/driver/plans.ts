/** From a recipe to the run it stands for. */
import type { LabName, TransactionsParams } from '../api.ts';
import type { PlannedRun } from '../orchestrate/lab-runner.ts';
import type { SourceTask } from '../orchestrate/lab-run.ts';
import { checkParams } from '../sources/transactions/params.ts';
import { type Partition, planPartitions } from '../sources/transactions/plan.ts';
import type { Lab } from './labs.ts';
import type { Imports } from './imports.ts';
import { createOperations } from './operations.ts';
import type { Projects } from './projects.ts';
import type { Rooms } from './rooms.ts';

export interface PlanParts {
  rooms: Rooms;
  projects: Projects;
  imports: Imports;
  /** @throws NotFoundError */
  lab(name: LabName): Lab;
}

/**
 * Checks the parameters, plans the partitions, parses the project.
 * @throws ParameterError, ProjectError, NotFoundError; nothing has happened then
 */
export async function planRun(
  parts: PlanParts,
  name: LabName,
  given: Partial<TransactionsParams>,
): Promise<PlannedRun> {
  const lab = parts.lab(name);
  const params = completeParams(lab, given);
  const { rowsPerDay, days, startDate, seed, dirtRate, workers, compression } = params;
  const spec = { rowsPerDay, days, startDate, seed, dirtRate };
  const sources = await planSources(parts, name, params, planPartitions(spec));
  const { manifest, compile } = await parts.projects.open(lab);
  const invocation = { id: crypto.randomUUID(), startedAt: Date.now() };
  const options = {
    lab: name,
    spec,
    manifest,
    compile: { ...compile, invocation },
    compression,
    workers,
    ingestedAt: { tables: lab.ingestedAt, ms: invocation.startedAt },
  };
  const operations = createOperations(parts.rooms, options);
  return {
    lab: name,
    sources,
    manifest,
    operations,
    params: { ...params },
    generatorVersion: lab.info.generatorVersion,
  };
}

/** The recipe with its defaults. @throws ParameterError for unknown names and values out of bounds */
export function completeParams({ info }: Lab, given: Partial<TransactionsParams>): TransactionsParams {
  const names = info.params.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no parameter '${unknown}'. Known: ${names.join(', ')}.`);
  const defaults = Object.fromEntries(info.params.map((param) => [param.name, param.default]));
  const params = { ...defaults, ...given };
  checkParams(params);
  return params as unknown as TransactionsParams;
}

async function planSources(
  { imports }: PlanParts,
  lab: LabName,
  { source }: TransactionsParams,
  partitions: Partition[],
): Promise<SourceTask[]> {
  if (source === 'generator') return groupPartitions(partitions);
  const files = await imports.files(lab, 'transactions');
  if (files.length === 0)
    throw new Error(
      "The parameter source is 'files', but no files were imported: drop CSV or Parquet files on the lab page first.",
    );
  const name = `ingest ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  const expectedRows = files.reduce((sum, { rows }) => sum + rows, 0);
  const ingest: SourceTask = {
    taskId: 'ingest.transactions',
    name,
    kind: 'ingest',
    date: null,
    table: 'transactions',
    partitions: files,
    expectedRows,
  };
  return [ingest, ...groupPartitions(partitions.filter(({ table }) => table !== 'transactions'))];
}

/** One task per table and day. */
function groupPartitions(partitions: Partition[]): SourceTask[] {
  const tasks = new Map<string, SourceTask>();
  for (const partition of partitions) {
    const { table, date, rows } = partition;
    const taskId = ['generate', table, date].filter(Boolean).join('.');
    const name = date ? `${table} ${date}` : table;
    const task = tasks.get(taskId) ?? { taskId, name, date, table, partitions: [], expectedRows: 0 };
    task.partitions.push(partition);
    task.expectedRows += rows;
    tasks.set(taskId, task);
  }
  return [...tasks.values()];
}
