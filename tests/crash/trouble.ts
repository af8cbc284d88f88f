/** What disks and power cuts do to files: each harm is told as what it is, and mended by what is offered. */
import type { Repair, TableProblem, TableRef } from '../../workers/lake/types.ts';
import type { Damage, TableReading } from './operations.ts';
import { type RowKey, checksumOf, rowOf } from './rows.ts';
import type { Subject } from './subject.ts';

/** Versions 0 to 4: made, then one file of rows with each append. */
const APPENDS: RowKey[][] = [0, 1, 2, 3].map((part) => keys(part * 100 + 1, 100));

interface Scenario {
  name: string;
  /** What is harmed; data files by the append that made them, log entries by version. */
  harm: (files: TableFiles) => Damage[];
  /** Null where nothing is lost. */
  kind: TableProblem['kind'] | null;
  /** Whether the table can be read before it is mended. */
  readable: boolean;
  /** The repair taken, and the appends whose rows are there afterwards. */
  mend: { kind: Repair['kind']; appends: number[] } | null;
}

/** Paths in the store. */
interface TableFiles {
  data: string[];
  log: (version: number) => string;
  folder: string;
}

const scenarios: Scenario[] = [
  {
    name: 'a data file cut off',
    harm: ({ data }) => [{ kind: 'truncate', path: at(data, 1), share: 0.6 }],
    kind: 'data',
    readable: false,
    mend: { kind: 'forgetFiles', appends: [0, 2, 3] },
  },
  {
    name: 'one bit of a data file flipped',
    harm: ({ data }) => [{ kind: 'flip', path: at(data, 2) }],
    kind: 'data',
    readable: false,
    mend: { kind: 'restore', appends: [0, 1] },
  },
  {
    name: 'a data file gone',
    harm: ({ data }) => [{ kind: 'remove', path: at(data, 0) }],
    kind: 'data',
    readable: false,
    mend: { kind: 'forgetFiles', appends: [1, 2, 3] },
  },
  {
    name: 'a log entry in the middle cut off',
    harm: ({ log }) => [{ kind: 'truncate', path: log(2), share: 0.5 }],
    kind: 'log',
    readable: false,
    mend: { kind: 'truncateLog', appends: [0] },
  },
  {
    name: 'a log entry in the middle gone',
    harm: ({ log }) => [{ kind: 'remove', path: log(3) }],
    kind: 'log',
    readable: false,
    mend: { kind: 'truncateLog', appends: [0, 1] },
  },
  {
    name: 'a log entry in the middle empty',
    harm: ({ log }) => [{ kind: 'truncate', path: log(2), share: 0 }],
    kind: 'log',
    readable: false,
    mend: { kind: 'truncateLog', appends: [0] },
  },
  {
    name: 'the last log entry cut off',
    harm: ({ log }) => [{ kind: 'truncate', path: log(4), share: 0.5 }],
    kind: 'rolledBack',
    readable: true,
    mend: { kind: 'accept', appends: [0, 1, 2] },
  },
  {
    name: 'the newest commits taken back by a power cut',
    harm: ({ log }) => [
      { kind: 'remove', path: log(3) },
      { kind: 'remove', path: log(4) },
    ],
    kind: 'rolledBack',
    readable: true,
    mend: { kind: 'accept', appends: [0, 1] },
  },
  {
    name: 'a hint of a checkpoint that is nonsense',
    harm: ({ folder }) => [
      { kind: 'replace', path: `${folder}/_delta_log/_last_checkpoint`, text: '{"version":' },
    ],
    kind: null,
    readable: true,
    mend: null,
  },
];

export interface ScenarioOutcome {
  name: string;
  problems: string[];
}

/** Plays every scenario on a table of its own. The worker is started anew after the harm, as a reload would. */
export async function playScenarios(subject: Subject): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const table = { lab: 'crash', schema: 'trouble', name: `table_${index}` };
    outcomes.push({ name: scenario.name, problems: await playScenario(subject, table, scenario) });
  }
  outcomes.push({ name: 'an empty table directory', problems: await playEmptyFolder(subject) });
  return outcomes;
}

async function playScenario(subject: Subject, table: TableRef, scenario: Scenario): Promise<string[]> {
  const files = await makeTable(subject, table);
  for (const damage of scenario.harm(files)) await subject.call('damage', damage);
  await restart(subject);
  const problem = await subject.call('check', table);
  const problems = [...judgeProblem(problem, scenario)];
  if (scenario.mend === null)
    return [...problems, ...judgeRows(await subject.call('read', table), [0, 1, 2, 3])];
  const repair = problem?.repairs.find(({ kind }) => kind === scenario.mend?.kind);
  if (!repair) return [...problems, `no repair ${scenario.mend.kind} is offered: ${JSON.stringify(problem)}`];
  await subject.call('perform', { kind: 'repair', table, repair });
  await restart(subject);
  const after = await subject.call('check', table);
  if (after) problems.push(`after the repair it says: ${after.message}`);
  problems.push(...judgeRows(await subject.call('read', table), scenario.mend.appends));
  return [...problems, ...(await appendMore(subject, table, scenario.mend.appends))];
}

async function playEmptyFolder(subject: Subject): Promise<string[]> {
  const table = { lab: 'crash', schema: 'trouble', name: 'empty' };
  await subject.call('damage', { kind: 'makeFolder', path: 'lake/crash/trouble/empty/_delta_log' });
  await restart(subject);
  const problems: string[] = [];
  if ((await subject.call('tables')).includes('trouble.empty')) problems.push('it is called a table');
  await makeTable(subject, table);
  return [...problems, ...judgeRows(await subject.call('read', table), [0, 1, 2, 3])];
}

async function makeTable(subject: Subject, table: TableRef): Promise<TableFiles> {
  await subject.call('perform', { kind: 'create', table, partitionColumns: [], configuration: {} });
  const data: string[] = [];
  for (const rows of APPENDS) {
    await subject.call('perform', { kind: 'append', table, rows });
    const { live } = await subject.call('folder', table);
    data.push(...live.filter((path) => !data.includes(path)));
  }
  const folder = `lake/${table.lab}/${table.schema}/${table.name}`;
  return { data, folder, log: (version) => `${folder}/_delta_log/${String(version).padStart(20, '0')}.json` };
}

function judgeProblem(problem: TableProblem | null, { kind, readable }: Scenario): string[] {
  if ((problem?.kind ?? null) !== kind)
    return [`expected a problem of kind ${kind}, found ${JSON.stringify(problem)}`];
  if (!problem) return [];
  const problems =
    problem.readable === readable ? [] : [`readable is ${problem.readable}, expected ${readable}`];
  if (problem.repairs.some(({ explain }) => explain.length < 20)) problems.push('a repair is not explained');
  return problems;
}

/** The newest version has exactly the rows of these appends. */
function judgeRows({ version, versions, lost }: TableReading, appends: number[]): string[] {
  const expected = checksumOf(appends.flatMap((part) => APPENDS[part] ?? []).map(rowOf));
  const newest = versions[version];
  const problems = lost ? [`commits ${lost.first} to ${lost.last} are still called lost`] : [];
  if (!newest || 'error' in newest)
    return [...problems, `version ${version}: ${newest?.error ?? 'not there'}`];
  if (newest.rows === expected.rows && newest.sum === expected.sum) return problems;
  return [
    ...problems,
    `version ${version}: expected ${expected.rows} rows, found ${newest.rows}, or other ones`,
  ];
}

/** Mended, the table takes the rows that are missing. */
async function appendMore(subject: Subject, table: TableRef, there: number[]): Promise<string[]> {
  const missing = APPENDS.flatMap((rows, part) => (there.includes(part) ? [] : rows));
  await subject.call('perform', { kind: 'append', table, rows: missing });
  return judgeRows(await subject.call('read', table), [0, 1, 2, 3]).map(
    (problem) => `after more rows: ${problem}`,
  );
}

async function restart(subject: Subject): Promise<void> {
  await subject.kill('worker');
  await subject.start({ aim: null, daysAhead: 0 });
}

function keys(first: number, count: number): RowKey[] {
  return Array.from({ length: count }, (_, index) => ({ id: first + index, revision: 0 }));
}

function at(paths: string[], index: number): string {
  const path = paths[index];
  if (path === undefined)
    throw new Error(`The table has ${paths.length} data files, file ${index} was wanted.`);
  return path;
}
