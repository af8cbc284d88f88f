import type { Stage, TaskKind, TaskRun, TestResult } from '../../workers/api.ts';

/** name, stage, kind, parents, share of the run's rows. */
type Node = [name: string, stage: Stage, kind: TaskKind, parents: string[], share: number];

const MODELS: Node[] = [
  ['stg_transactions', 'staging', 'model', ['load.transactions'], 1],
  ['stg_customers', 'staging', 'model', ['load.customers'], 0.01],
  ['stg_merchants', 'staging', 'model', ['load.merchants'], 0.005],
  ['transactions', 'silver', 'model', ['stg_transactions', 'stg_merchants'], 0.97],
  ['customers', 'silver', 'model', ['stg_customers'], 0.01],
  ['daily_transaction_summary', 'gold', 'model', ['transactions'], 0.3],
  ['merchant_daily_summary', 'gold', 'model', ['transactions'], 0.005],
  ['customer_segments', 'gold', 'model', ['transactions', 'customers'], 0.01],
  ['channel_performance', 'gold', 'model', ['transactions'], 0.00001],
  ['category_performance', 'gold', 'model', ['transactions'], 0.00002],
  ['hourly_pattern', 'gold', 'model', ['transactions'], 0.00003],
  ['cohort_retention', 'gold', 'model', ['transactions', 'customers'], 0.00002],
  ['dim_customers', 'gold', 'model', ['customers'], 0.01],
  ['dim_merchants', 'gold', 'model', ['stg_merchants'], 0.005],
  ['dim_transaction_types', 'gold', 'model', ['transactions'], 0.000008],
];

const TESTS: [model: string, tests: string[]][] = [
  ['stg_transactions', ['not_null_transaction_id']],
  [
    'transactions',
    ['unique_transaction_id', 'not_null_customer_id', 'accepted_values_status', 'amount_in_range'],
  ],
  ['customers', ['unique_customer_id']],
  ['daily_transaction_summary', ['unique_customer_day', 'relationships_customer_id']],
  ['merchant_daily_summary', ['unique_merchant_day']],
  ['customer_segments', ['accepted_values_segment']],
];

/** The tasks a fake run has, all pending. */
export function planFakeTasks(runId: string, days: number): TaskRun[] {
  const generate = Array.from({ length: days }, (_, day): Node => [
    `generate ${dayName(day)}`,
    'source',
    'generate',
    [],
    1 / days,
  ]);
  const loads = ['transactions', 'customers', 'merchants'].map((name, i): Node => [
    `load.${name}`,
    'bronze',
    'load',
    generate.map((one) => one[0]),
    [1, 0.01, 0.005][i] ?? 0,
  ]);
  const tests = TESTS.flatMap(([model, names]) =>
    names.map((name): Node => [`${name}_${model}`, stageOf(model), 'test', [model], 0]),
  );
  const fingerprints = MODELS.filter((one) => one[1] === 'gold').map(([name]): Node => [
    `fingerprint ${name}`,
    'gold',
    'fingerprint',
    [name],
    0,
  ]);
  const nodes = [...generate, ...loads, ...MODELS, ...tests, ...fingerprints];
  const ids = new Map(nodes.map(([name, , kind]) => [name, idOf(name, kind)]));
  return nodes.map(([name, stage, kind, parents]) => ({
    runId,
    taskId: idOf(name, kind),
    name: name.replace('load.', ''),
    kind,
    stage,
    dependsOn: parents.map((parent) => ids.get(parent) ?? parent),
    state: 'pending',
    attempt: 1,
    startedAt: null,
    endedAt: null,
    rows: null,
    bytes: null,
    message: null,
  }));
}

/** Rows a task writes when the run lands so many. */
export function rowsOf(task: TaskRun, total: number, generators = 1): number {
  if (task.kind === 'generate') return Math.round(total / generators);
  const bare = task.kind === 'load' ? `load.${task.name}` : task.name;
  const share =
    MODELS.find(([name]) => name === bare)?.[4] ??
    { 'load.transactions': 1, 'load.customers': 0.01 }[bare] ??
    0.005;
  return Math.max(1, Math.round(total * share));
}

/** The result of a fake test: one fails, one warns, the rest pass. */
export function testResultOf(task: TaskRun): TestResult {
  const failing = task.name.startsWith('amount_in_range');
  const warning = task.name.startsWith('relationships');
  return {
    runId: task.runId,
    uniqueId: task.taskId,
    name: task.name,
    model: task.dependsOn[0]?.split('.').at(-1) ?? '',
    column: task.name.includes('customer_id') ? 'customer_id' : 'transaction_id',
    status: failing ? 'fail' : warning ? 'warn' : 'pass',
    severity: warning ? 'warn' : 'error',
    failures: failing ? 7 : warning ? 12 : 0,
    message: failing
      ? 'Got 7 results, configured to fail if != 0'
      : warning
        ? 'Got 12 results, configured to warn if > 10'
        : null,
    sql: 'select transaction_id, customer_id, amount, status\nfrom silver.transactions\nwhere amount <= 0 or amount > 1000000',
  };
}

function idOf(name: string, kind: TaskKind): string {
  const prefix = {
    model: 'model.transactions',
    test: 'test.transactions',
    generate: 'generate',
    load: 'load',
    ingest: 'ingest',
    fingerprint: 'fingerprint',
  }[kind];
  return `${prefix}.${name.replace('load.', '').replace(/^(generate|fingerprint) /, '')}`;
}

function stageOf(model: string): Stage {
  return MODELS.find(([name]) => name === model)?.[1] ?? 'gold';
}

function dayName(index: number): string {
  return new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
}
