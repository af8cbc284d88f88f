import { describe, expect, it } from 'vitest';
import type { EngineEvent, TestResult } from '../../../workers/api.ts';
import type { WrittenFile } from '../../../workers/lake/types.ts';
import { createLabFlow } from '../../../workers/orchestrate/lab-run.ts';
import { runFlow } from '../../../workers/orchestrate/run-flow.ts';
import { createFakeLab, fileOf, resultOf, type FakeLab } from './fake-lab.ts';
import { defer, FakeTimer, settle } from './fake-timer.ts';

async function run(lab: FakeLab, signal?: AbortSignal) {
  const tests: TestResult[] = [];
  const fingerprints: Record<string, string> = {};
  const events: EngineEvent[] = [];
  const { flow, staged } = createLabFlow(lab.plan, {
    onTest: (test) => tests.push(test),
    onFingerprint: (table, value) => (fingerprints[table] = value),
  });
  const timer = new FakeTimer();
  const done = runFlow(flow, { runId: 'r', timer, emit: (event) => events.push(event), signal });
  void timer.advance(1000);
  const { state, tasks } = await done;
  await staged.close();
  const states = Object.fromEntries(tasks.map((task) => [task.taskId, task.state]));
  return { state, tasks, states, tests, fingerprints, events, staged };
}

describe('the flow of a lab', () => {
  const { flow } = createLabFlow(createFakeLab().plan, { onTest: () => {}, onFingerprint: () => {} });
  const parentsOf = (taskId: string) =>
    flow.tasks.find((task) => task.taskId === taskId)?.dependsOn.toSorted();
  const stagesOf = (kind: string) =>
    Object.fromEntries(
      flow.tasks.filter((task) => task.kind === kind).map(({ name, stage }) => [name, stage]),
    );

  it('loads each table after the tasks that make its files', () => {
    expect(parentsOf('load.bronze.transactions')).toEqual([
      'generate.transactions.2025-01-01',
      'generate.transactions.2025-01-02',
    ]);
    expect(parentsOf('load.bronze.customers')).toEqual(['generate.customers']);
  });

  it('builds a model after its parents, with loads for sources and parents for ephemerals', () => {
    expect(parentsOf('model.bank.stg_transactions')).toEqual(['load.bronze.transactions']);
    expect(parentsOf('model.bank.clean')).toEqual([
      'model.bank.stg_customers',
      'model.bank.stg_transactions',
      'test.bank.relationships',
      'test.bank.stg_unique',
    ]);
    expect(flow.tasks.some(({ taskId }) => taskId === 'model.bank.joined')).toBe(false);
  });

  it('lets a test of a source gate the models that read it', () => {
    expect(parentsOf('test.bank.source_not_null')).toEqual(['load.bronze.customers']);
    expect(parentsOf('model.bank.stg_customers')).toEqual([
      'load.bronze.customers',
      'test.bank.source_not_null',
    ]);
  });

  it('lets a test of two parents gate only what descends from both', () => {
    expect(parentsOf('model.bank.risk')).toEqual(['model.bank.stg_customers']);
  });

  it('fingerprints the gold tables, not its views', () => {
    const prints = flow.tasks.filter(({ kind }) => kind === 'fingerprint').map(({ taskId }) => taskId);
    expect(prints).toEqual(['fingerprint.gold.daily', 'fingerprint.gold.risk']);
    expect(parentsOf('fingerprint.gold.daily')).toEqual(['model.bank.daily']);
  });

  it('says the stage of every task', () => {
    expect(stagesOf('model')).toEqual({
      stg_transactions: 'staging',
      stg_customers: 'staging',
      clean: 'silver',
      daily: 'gold',
      risk: 'gold',
      latest: 'gold',
    });
    expect(stagesOf('test')).toEqual({
      source_not_null: 'bronze',
      relationships: 'staging',
      stg_unique: 'staging',
      gold_positive: 'gold',
    });
  });

  it('lists parents before children', () => {
    const seen = new Set<string>();
    for (const task of flow.tasks) {
      expect(task.dependsOn.filter((parent) => !seen.has(parent))).toEqual([]);
      seen.add(task.taskId);
    }
  });
});

describe('a run', () => {
  it('makes, loads, builds, tests and fingerprints', async () => {
    const lab = createFakeLab();
    const { state, tests, fingerprints, tasks } = await run(lab);
    expect(state).toBe('completed');
    expect(lab.loaded).toEqual({
      transactions: ['t1a.parquet', 't1b.parquet', 't2a.parquet'],
      customers: ['c.parquet'],
    });
    expect(lab.discarded).toEqual([]);
    expect(fingerprints).toEqual({ 'gold.daily': '5-gold.daily', 'gold.risk': '5-gold.risk' });
    expect(tests.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass']);
    const load = tasks.find(({ taskId }) => taskId === 'load.bronze.transactions');
    expect(load).toMatchObject({ rows: 30, bytes: 300 });
    expect(tasks.find(({ taskId }) => taskId === 'model.bank.daily')).toMatchObject({ rows: 5, bytes: 50 });
  });

  it('runs the partitions of a day in parallel and counts their rows', async () => {
    const gates = new Map(['t1a', 't1b'].map((name) => [name, defer<WrittenFile[]>()]));
    const lab = createFakeLab({
      generate: (partition) =>
        gates.get(String(partition))?.promise ?? Promise.resolve([fileOf(String(partition))]),
    });
    const running = run(lab);
    await settle();
    gates.get('t1b')?.resolve([fileOf('t1b')]);
    await settle();
    gates.get('t1a')?.resolve([fileOf('t1a')]);
    const { events } = await running;
    expect(lab.loaded.transactions?.slice(0, 2)).toEqual(['t1a.parquet', 't1b.parquet']);
    const last = events.filter((event) => event.type === 'progress').at(-1);
    expect(last).toMatchObject({ stage: 'source', rows: 40, totalRows: 40 });
  });

  it('tells the result of a failing test and skips what is downstream of it', async () => {
    const message = 'Got 3 results, configured to fail if != 0';
    const failed = { status: 'fail', failures: 3, message } as const;
    const lab = createFakeLab({
      runNode: async (id) => resultOf(id, id === 'test.bank.stg_unique' ? failed : {}),
    });
    const { state, states, tests, tasks } = await run(lab);
    expect(state).toBe('failed');
    expect(tests.find(({ name }) => name === 'stg_unique')).toEqual({
      runId: 'r',
      uniqueId: 'test.bank.stg_unique',
      name: 'stg_unique',
      model: 'stg_transactions',
      column: 'id',
      status: 'fail',
      severity: 'error',
      failures: 3,
      message,
      sql: 'select * from failures_of_test.bank.stg_unique',
    });
    expect(tasks.find(({ name }) => name === 'stg_unique')).toMatchObject({ state: 'failed', message });
    const skipped = Object.keys(states).filter((id) => states[id] === 'skipped');
    expect(skipped.sort()).toEqual([
      ...['fingerprint.gold.daily', 'model.bank.clean', 'model.bank.daily', 'model.bank.latest'],
      'test.bank.gold_positive',
    ]);
    expect(states['fingerprint.gold.risk']).toBe('completed');
  });

  it('goes on after a warning', async () => {
    const warned = { status: 'warn', failures: 1, message: 'Got 1 result' } as const;
    const lab = createFakeLab({
      runNode: async (id) => resultOf(id, id === 'test.bank.relationships' ? warned : {}),
    });
    const { state, states, tests } = await run(lab);
    expect([state, states['test.bank.relationships']]).toEqual(['completed', 'completed']);
    expect(tests.find(({ name }) => name === 'relationships')).toMatchObject({ status: 'warn', model: '' });
  });

  it('fails a model whose SQL is refused, with its message', async () => {
    const error = { status: 'error', message: 'Binder Error: no column x' } as const;
    const lab = createFakeLab({ runNode: async (id) => resultOf(id, id === 'model.bank.risk' ? error : {}) });
    const { state, states, tasks } = await run(lab);
    expect([state, states['model.bank.risk'], states['fingerprint.gold.risk']]).toEqual([
      'failed',
      'failed',
      'skipped',
    ]);
    expect(tasks.find(({ name }) => name === 'risk')?.message).toBe('Binder Error: no column x');
  });

  it('records a test whose run throws as an error', async () => {
    const lab = createFakeLab({
      runNode: (id) =>
        id === 'test.bank.gold_positive'
          ? Promise.reject(new Error('out of memory'))
          : Promise.resolve(resultOf(id)),
    });
    const { tests } = await run(lab);
    expect(tests.find(({ name }) => name === 'gold_positive')).toMatchObject({
      status: 'error',
      message: 'out of memory',
    });
  });
});

describe('files that are not loaded', () => {
  it('are discarded when another partition of the task fails; the task is tried again', async () => {
    let failures = 1;
    const lab = createFakeLab({
      generate: async (partition) => {
        if (partition === 't1b' && failures-- > 0) throw new Error('executor ended');
        return [fileOf(String(partition))];
      },
    });
    const { state, tasks } = await run(lab);
    expect(state).toBe('completed');
    expect(tasks[0]).toMatchObject({ attempt: 2, state: 'completed' });
    expect(lab.discarded).toEqual(['t1a.parquet']);
    expect(lab.loaded.transactions).toEqual(['t1a.parquet', 't1b.parquet', 't2a.parquet']);
  });

  it('are discarded when the run fails before their load, and no others', async () => {
    const lab = createFakeLab({
      generate: (partition) =>
        partition === 't2a'
          ? Promise.reject(new Error('no space'))
          : Promise.resolve([fileOf(String(partition))]),
    });
    const { state, states } = await run(lab);
    expect([state, states['load.bronze.transactions'], states['load.bronze.customers']]).toEqual([
      ...['failed', 'skipped', 'completed'],
    ]);
    expect(lab.discarded.sort()).toEqual(['t1a.parquet', 't1b.parquet']);
  });

  it('are discarded when the load itself fails', async () => {
    const lab = createFakeLab({ load: () => Promise.reject(new Error('log is damaged')) });
    await run(lab);
    expect(lab.discarded.sort()).toEqual(['c.parquet', 't1a.parquet', 't1b.parquet', 't2a.parquet']);
  });

  it('are discarded when they come after a cancel', async () => {
    const abort = new AbortController();
    const late = defer<WrittenFile[]>();
    const lab = createFakeLab({
      generate: (partition) =>
        partition === 't1a' ? late.promise : Promise.resolve([fileOf(String(partition))]),
    });
    const running = run(lab, abort.signal);
    await settle();
    abort.abort();
    expect((await running).state).toBe('cancelled');
    late.resolve([fileOf('t1a')]);
    await settle();
    expect(lab.discarded.toSorted()).toEqual(['t1a.parquet', 't1b.parquet', 't2a.parquet']);
  });

  it('are left alone while a load that was left behind may still commit them', async () => {
    const abort = new AbortController();
    const commit = defer<object>();
    const lab = createFakeLab({
      load: (table) => (table === 'customers' ? commit.promise : Promise.resolve({})),
    });
    const running = run(lab, abort.signal);
    await settle();
    abort.abort();
    await running;
    expect(lab.discarded).toEqual([]);
    commit.resolve({});
    await settle();
    expect(lab.discarded).toEqual([]);
  });

  it('are discarded when a load that was left behind fails in the end', async () => {
    const abort = new AbortController();
    const commit = defer<object>();
    const lab = createFakeLab({
      load: (table) => (table === 'customers' ? commit.promise : Promise.resolve({})),
    });
    const running = run(lab, abort.signal);
    await settle();
    abort.abort();
    await running;
    commit.reject(new Error('conflict'));
    await settle();
    expect(lab.discarded).toEqual(['c.parquet']);
  });
});
