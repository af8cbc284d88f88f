import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent, RunSummary } from '../../../workers/api.ts';
import type { WrittenFile } from '../../../workers/lake/types.ts';
import { FlowError, RunInProgressError, RunNotFoundError } from '../../../workers/orchestrate/errors.ts';
import { History } from '../../../workers/orchestrate/history.ts';
import type { LabOperations } from '../../../workers/orchestrate/lab-run.ts';
import { LabRunner, type PlannedRun } from '../../../workers/orchestrate/lab-runner.ts';
import { createFakeLab, fileOf, resultOf, type FakeLab } from './fake-lab.ts';
import { defer, FakeTimer } from './fake-timer.ts';
import { createLogger, createMemoryLake, startParquet } from './memory-lake.ts';

let timer: FakeTimer;
let disk: ReturnType<typeof createMemoryLake>;
let events: EngineEvent[];
let logger: ReturnType<typeof createLogger>;
/** Locks taken and given back, and the states that reached the lake, in order. */
let trace: string[];

beforeAll(startParquet);

beforeEach(() => {
  timer = new FakeTimer();
  disk = createMemoryLake(timer);
  events = [];
  logger = createLogger();
  trace = [];
});

function openHistory(): History {
  const { lake, codec } = createMemoryLake(timer, disk.store);
  return new History({ lake, codec, timer, logger, isRunAlive: async () => false });
}

function open(
  operations: Partial<LabOperations> = {},
  change: (plan: PlannedRun) => PlannedRun = (plan) => plan,
) {
  const lab: FakeLab = createFakeLab(operations);
  const history = openHistory();
  let nextId = 0;
  const runner = new LabRunner<{ days: number }>({
    timer,
    history,
    logger,
    newId: () => `k3f${++nextId}`,
    emit: (event) => events.push(event),
    async withRunLock(runId, body) {
      trace.push(`lock ${runId}`);
      try {
        return await body();
      } finally {
        trace.push(`unlock ${history.detail(runId).state}`);
      }
    },
    plan: async (_, { days }) => change({ ...lab.plan, params: { days }, generatorVersion: '1.0' }),
  });
  return { runner, history, lab };
}

/** Lets time pass until the promise settles. */
async function finish<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let i = 0; i < 100 && !settled; i++) await timer.advance(100);
  return promise;
}

/** Waits until a task of the run runs. */
async function started(): Promise<void> {
  const running = (event: EngineEvent) => event.type === 'task' && event.task.state === 'running';
  await vi.waitFor(() => expect(events.some(running)).toBe(true));
}

async function readBack(): Promise<RunSummary[]> {
  const history = openHistory();
  await history.load('bank');
  return history.runs('bank');
}

describe('a run', () => {
  it('ends completed, with its counts and fingerprints, here and in the lake', async () => {
    const { runner, history } = open();
    const { runId, done } = await runner.start('bank', { days: 2 });
    expect(runId).toBe('2025-01-31T10-20-30-k3f1');
    const outcome = await finish(done);
    const fingerprint = { 'gold.daily': '5-gold.daily', 'gold.risk': '5-gold.risk' };
    expect(outcome).toMatchObject({ runId, state: 'completed', rows: 40, fingerprint });
    expect(outcome.tasks.every(({ state }) => state === 'completed')).toBe(true);
    const [run] = await readBack();
    expect(run).toMatchObject({
      runId,
      state: 'completed',
      rows: 40,
      bytes: 400,
      fingerprint,
      params: { days: 2 },
    });
    expect(run).toMatchObject({
      tasksTotal: 17,
      tasksCompleted: 17,
      tasksFailed: 0,
      generatorVersion: '1.0',
    });
    expect(history.detail(runId).tests.length).toBe(4);
    expect(logger.lines).toEqual([]);
  });

  it('holds its lock from before its first row until after its last', async () => {
    const gate = defer<WrittenFile[]>();
    const { runner } = open({ generate: () => gate.promise });
    const { runId, done } = await runner.start('bank', { days: 1 });
    await started();
    expect(trace).toEqual([`lock ${runId}`]);
    expect(await readBack()).toMatchObject([{ state: 'crashed' }]);
    gate.resolve([]);
    await finish(done);
    expect(trace).toEqual([`lock ${runId}`, 'unlock completed']);
  });

  it('does nothing before its row is in the lake', async () => {
    let rowsThen: unknown;
    const { runner } = open({
      generate: async () => {
        rowsThen ??= await disk.store.list('lake/bank/system/runs');
        return [];
      },
    });
    await finish((await runner.start('bank', { days: 1 })).done);
    expect(rowsThen).toContainEqual({ name: '_delta_log', kind: 'directory' });
  });

  it('tells the page of the run, its tasks, tests and logs', async () => {
    const { runner } = open();
    const { done } = await runner.start('bank', { days: 2 });
    await finish(done);
    const runs = events.flatMap((event) => (event.type === 'run' ? event.run : []));
    expect(runs[0]).toMatchObject({ state: 'running', tasksCompleted: 0, tasksTotal: 17 });
    expect(runs.at(-1)).toMatchObject({ state: 'completed', tasksCompleted: 17 });
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['run', 'task', 'test', 'log', 'progress']),
    );
  });

  it('plans without running', async () => {
    const { runner, lab, history } = open();
    const tasks = await runner.plan('bank', { days: 2 });
    expect(tasks.length).toBe(17);
    expect(new Set(tasks.map(({ state }) => state))).toEqual(new Set(['pending']));
    expect([lab.calls, history.runs()]).toEqual([[], []]);
  });
});

describe('failure', () => {
  it('in the middle fails the run, says where, and keeps what was built', async () => {
    const { runner, history, lab } = open({
      runNode: async (id) =>
        resultOf(id, id === 'model.bank.clean' ? { status: 'error', message: 'Conversion Error' } : {}),
    });
    const { runId, done } = await runner.start('bank', { days: 2 });
    expect(await finish(done)).toMatchObject({ state: 'failed', rows: 40, fingerprint: null });
    const detail = history.detail(runId);
    expect(detail).toMatchObject({ tasksFailed: 1, message: 'clean: Conversion Error' });
    expect(detail.tests.find(({ name }) => name === 'gold_positive')).toMatchObject({
      status: 'skipped',
      message: 'upstream failed: clean',
    });
    expect(lab.discarded).toEqual([]);
    expect(await readBack()).toMatchObject([{ state: 'failed', message: 'clean: Conversion Error' }]);
  });

  it('counts failed and warned tests', async () => {
    const { runner } = open({
      runNode: async (id) => {
        if (id === 'test.bank.gold_positive')
          return resultOf(id, { status: 'fail', failures: 2, message: 'Got 2' });
        return resultOf(id, id === 'test.bank.relationships' ? { status: 'warn', failures: 1 } : {});
      },
    });
    await finish((await runner.start('bank', { days: 2 })).done);
    expect(await readBack()).toMatchObject([{ state: 'failed', testsFailed: 1, testsWarned: 1 }]);
  });

  it('of the plan refuses the run and leaves no trace', async () => {
    const { runner, history } = open({}, () => {
      throw new RangeError('days: expected 1 .. 31, got 99');
    });
    const starting = runner.start('bank', { days: 99 });
    expect([runner.isBusy('bank'), runner.isBusy('other')]).toEqual([true, false]);
    await expect(starting).rejects.toThrow(RangeError);
    expect(history.runs()).toEqual([]);
    expect(runner.runningId('bank')).toBe(null);
    expect(runner.isBusy('bank')).toBe(false);
  });

  it('of the graph refuses the run and leaves no trace', async () => {
    const twice = (plan: PlannedRun) => ({ ...plan, sources: [...plan.sources, ...plan.sources] });
    const { runner, history } = open({}, twice);
    await expect(runner.start('bank', { days: 1 })).rejects.toThrow(FlowError);
    expect(history.runs()).toEqual([]);
  });

  it('of the run itself is a crash, and the lab can be run again', async () => {
    const { runner, history } = open();
    const push = events.push.bind(events);
    events.push = (event) => {
      if (event.type === 'progress') throw new Error('listener broke');
      return push(event);
    };
    const { runId, done } = await runner.start('bank', { days: 1 });
    expect(await finish(done)).toMatchObject({ state: 'crashed' });
    expect(history.detail(runId).message).toBe('listener broke');
    events.push = push;
    expect((await finish((await runner.start('bank', { days: 1 })).done)).state).toBe('completed');
  });
});

describe('cancel', () => {
  it('stops a run with a stuck task within a second, discards its files and writes its history', async () => {
    const stuck = defer<WrittenFile[]>();
    const { runner, lab } = open({
      generate: (partition) =>
        partition === 't2a' ? stuck.promise : Promise.resolve([fileOf(String(partition))]),
    });
    const { runId, done } = await runner.start('bank', { days: 2 });
    await started();
    const before = timer.now();
    const cancelled = runner.cancel(runId);
    await timer.advance(1000);
    await cancelled;
    expect(await done).toMatchObject({ state: 'cancelled', fingerprint: null });
    expect((await readBack())[0]?.endedAt).toBeLessThan(before + 1000);
    expect(await readBack()).toMatchObject([{ runId, state: 'cancelled' }]);
    expect(lab.discarded.toSorted()).toEqual(['t1a.parquet', 't1b.parquet']);
    expect(trace.at(-1)).toBe('unlock cancelled');
  });

  it('does nothing to a run that has ended, and refuses one that never was', async () => {
    const { runner } = open();
    const { runId, done } = await runner.start('bank', { days: 2 });
    await finish(done);
    await runner.cancel(runId);
    expect(await readBack()).toMatchObject([{ state: 'completed' }]);
    await expect(runner.cancel('nope')).rejects.toThrow(RunNotFoundError);
  });
});

describe('a second run', () => {
  it('of the same lab is refused at once, until the first has ended', async () => {
    const gate = defer<WrittenFile[]>();
    const { runner } = open({ generate: () => gate.promise });
    const first = runner.start('bank', { days: 1 });
    await expect(runner.start('bank', { days: 1 })).rejects.toThrow(RunInProgressError);
    const { runId, done } = await first;
    await expect(runner.start('bank', { days: 1 })).rejects.toThrow(`already running (run ${runId})`);
    gate.resolve([]);
    await finish(done);
    const second = await runner.start('bank', { days: 1 });
    expect(second.runId > runId).toBe(true);
    await finish(second.done);
    expect((await readBack()).map((run) => run.runId)).toEqual([second.runId, runId]);
  });

  it('of another lab is not', async () => {
    const gate = defer<WrittenFile[]>();
    const { runner } = open({ generate: () => gate.promise });
    const first = await runner.start('bank', { days: 1 });
    const second = await runner.start('shop', { days: 1 });
    gate.resolve([]);
    expect((await finish(first.done)).state).toBe('completed');
    expect((await finish(second.done)).state).toBe('completed');
  });
});
