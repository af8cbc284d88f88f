import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary, TaskRun, TestResult } from '../../../workers/api.ts';
import type { Codec } from '../../../workers/lake/types.ts';
import { RunNotFoundError } from '../../../workers/orchestrate/errors.ts';
import { History } from '../../../workers/orchestrate/history.ts';
import { createRunSummary, endRun } from '../../../workers/orchestrate/run-summary.ts';
import { decodeRows, encodeRows } from '../../../workers/orchestrate/system-arrow.ts';
import { SYSTEM_TABLES } from '../../../workers/orchestrate/system-schema.ts';
import { SystemTables } from '../../../workers/orchestrate/system-tables.ts';
import { FakeTimer } from './fake-timer.ts';
import { createLogger, createMemoryLake, startParquet, type RecordingLogger } from './memory-lake.ts';

let timer: FakeTimer;
let disk: ReturnType<typeof createMemoryLake>;
let logger: RecordingLogger;

beforeAll(startParquet);

beforeEach(() => {
  timer = new FakeTimer();
  disk = createMemoryLake(timer);
  logger = createLogger();
});

/** A history as a new tab would have it: same store, nothing in memory. */
function open(alive: string[] = [], more: Partial<ConstructorParameters<typeof History>[0]> = {}): History {
  const { lake, codec } = createMemoryLake(timer, disk.store);
  return new History({ lake, codec, timer, logger, isRunAlive: async (id) => alive.includes(id), ...more });
}

async function versionOf(name: string): Promise<number | null> {
  const table = createMemoryLake(timer, disk.store).lake.table({ lab: 'bank', schema: 'system', name });
  return (await table.exists()) ? (await table.snapshot()).version : null;
}

function runOf(runId: string): RunSummary {
  const params = { rowsPerDay: 1000, startDate: '2025-01-01', dirtRate: 0.02 };
  return createRunSummary({ runId, lab: 'bank', params, generatorVersion: '1', startedAt: timer.now() }, 2);
}

function taskOf(taskId: string, more: Partial<TaskRun> = {}): TaskRun {
  return {
    runId: 'r1',
    taskId,
    name: taskId,
    kind: 'model',
    stage: 'silver',
    dependsOn: ['é "a"'],
    state: 'pending',
    attempt: 1,
    startedAt: null,
    endedAt: null,
    rows: null,
    bytes: null,
    message: null,
    ...more,
  } as TaskRun;
}

const test: TestResult = {
  runId: 'r1',
  uniqueId: 'test.x',
  name: 'not_null_x',
  model: 'x',
  column: 'id',
  status: 'warn',
  severity: 'warn',
  failures: 3,
  message: 'Got 3 results',
  sql: 'select 1',
};

describe('round trip', () => {
  it('reads back a run, its tasks, logs and tests exactly', async () => {
    const history = open();
    await history.startRun(runOf('r1'), [taskOf('a'), taskOf('b')]);
    const a = taskOf('a', {
      state: 'completed',
      startedAt: timer.now(),
      endedAt: timer.now() + 250,
      rows: 5e9,
    });
    history.recordTask(taskOf('a', { state: 'running', startedAt: timer.now() }));
    history.recordTask(a);
    history.recordTest(test);
    history.recordLog({ runId: 'r1', taskId: 'a', at: timer.now(), level: 'info', message: 'first' });
    history.recordLog({ runId: 'r1', taskId: null, at: timer.now(), level: 'error', message: 'second: ✓' });
    history.recordFingerprint('r1', 'gold.daily', '10-00ff');
    const ended = {
      ...endRun(runOf('r1'), 'completed', timer.now() + 500, null),
      fingerprint: { 'gold.daily': '10-00ff' },
    };
    await history.endRun(ended);

    const later = open();
    await later.load('bank');
    expect(later.runs()).toEqual([ended]);
    expect(later.detail('r1')).toEqual({ ...ended, tasks: [a, taskOf('b')], tests: [test] });
    expect(later.logs('r1')).toEqual(history.logs('r1'));
    expect(later.logs('r1').map(({ message }) => message)).toEqual(['first', 'second: ✓']);
    expect(logger.lines).toEqual([]);
  });

  it('lists runs newest first, by lab', async () => {
    const history = open();
    for (const runId of ['r1', 'r2', 'r3']) {
      const run = { ...runOf(runId), lab: runId === 'r2' ? 'shop' : 'bank' };
      await history.startRun(run, []);
      await history.endRun(endRun(run, 'completed', timer.now(), null));
      await timer.advance(1000);
    }
    const later = open();
    await later.load('bank');
    await later.load('shop');
    expect(later.runs().map(({ runId }) => runId)).toEqual(['r3', 'r2', 'r1']);
    expect(later.runs('shop').map(({ runId }) => runId)).toEqual(['r2']);
    expect(() => later.detail('nope')).toThrow(RunNotFoundError);
  });

  it('reads a lab again whose tables were exchanged, and keeps the other labs', async () => {
    const history = open();
    for (const runId of ['r1', 'r2']) {
      const run = { ...runOf(runId), lab: runId === 'r2' ? 'shop' : 'bank' };
      await history.startRun(run, []);
      await history.endRun(endRun(run, 'completed', timer.now(), null));
    }
    await disk.store.removeFolder('lake/bank');
    const fresh = createMemoryLake(timer, disk.store);
    const later = open([], { lake: fresh.lake });
    await later.load('shop');
    await later.load('bank');
    expect(later.runs().map(({ runId }) => runId)).toEqual(['r2']);
    await disk.store.removeFolder('lake/shop');
    await fresh.lake.forget({ lab: 'shop', schema: 'system', name: 'runs' });
    await later.load('shop');
    expect(later.runs()).toHaveLength(1);
    await later.reload('shop');
    expect(later.runs()).toEqual([]);
  });

  it('makes columns of plain types with nulls, and a null where a column is missing', () => {
    const schema = SYSTEM_TABLES.logs;
    const row = {
      run_id: 'r',
      task_id: null,
      logged_at: 1_738_318_830_123_456,
      line_number: 2 ** 40,
      level: 'info',
    };
    const rows = [
      { ...row, message: '' },
      { ...row, task_id: 'é', message: 'm' },
    ];
    expect(decodeRows(schema, encodeRows(schema, rows))).toEqual(rows);
    expect(decodeRows(schema, encodeRows(schema, []))).toEqual([]);
    const narrow = { ...schema, fields: schema.fields.slice(0, 1) };
    expect(decodeRows(schema, encodeRows(narrow, rows))[0]).toMatchObject({ run_id: 'r', message: null });
  });
});

describe('writing', () => {
  it('writes the running row before anything else', async () => {
    await open().startRun(runOf('r1'), [taskOf('a')]);
    expect([await versionOf('runs'), await versionOf('task_runs')]).toEqual([1, null]);
  });

  it('gathers rows for two seconds, and keeps the last of each task', async () => {
    const history = open();
    await history.startRun(runOf('r1'), [taskOf('a')]);
    for (let i = 0; i < 19; i++) {
      await timer.advance(100);
      history.recordTask(taskOf('a', { rows: i }));
    }
    expect(await versionOf('task_runs')).toBe(null);
    await timer.advance(100);
    await vi.waitFor(async () => expect(await versionOf('task_runs')).toBe(1));
    const later = open(['r1']);
    await later.load('bank');
    expect(later.detail('r1').tasks).toEqual([taskOf('a', { rows: 18 })]);
  });

  it('goes on when the lake refuses, says so, and writes the rows later', async () => {
    const real = createMemoryLake(timer, disk.store);
    let broken = true;
    const codec: Codec = {
      encode: (job) => (broken ? Promise.reject(new Error('quota exceeded')) : real.codec.encode(job)),
      decode: (job) => real.codec.decode(job),
    };
    const history = open([], { lake: real.lake, codec });
    await history.startRun(runOf('r1'), [taskOf('a')]);
    expect(logger.lines).toEqual([expect.stringMatching(/^error .*r1.*bank\.system\.runs: quota exceeded/)]);
    history.recordTest(test);
    await timer.advance(2000);
    await vi.waitFor(() => expect(logger.lines.join()).toContain('system.test_results: quota exceeded'));
    broken = false;
    await history.endRun(endRun(runOf('r1'), 'completed', timer.now(), null));
    const later = open();
    await later.load('bank');
    expect(later.detail('r1')).toMatchObject({ state: 'completed', tasks: [taskOf('a')], tests: [test] });
  });

  it('says that a lab has new rows, once they can be read', async () => {
    const versions: Promise<number | null>[] = [];
    const history = open([], { onWrite: () => versions.push(versionOf('runs')) });
    await history.startRun(runOf('r1'), []);
    expect(await Promise.all(versions)).toEqual([1]);
    await history.endRun(endRun(runOf('r1'), 'completed', timer.now(), null));
    expect(await Promise.all(versions)).toEqual([1, 2]);
  });

  it('gives each row a later time than the one before, even within a millisecond', async () => {
    const history = open();
    await history.startRun(runOf('r1'), []);
    await history.endRun(endRun(runOf('r1'), 'completed', timer.now(), null));
    const { lake, codec } = createMemoryLake(timer, disk.store);
    const rows = await new SystemTables('bank', lake, codec).read('runs');
    expect(rows.map(({ state }) => state)).toEqual(['running', 'completed']);
    expect(Number(rows[1]?.recorded_at) - Number(rows[0]?.recorded_at)).toBe(1);
  });

  it('keeps so many lines of a run and says that there were more', async () => {
    const history = open();
    await history.startRun(runOf('r1'), []);
    const line = { runId: 'r1', taskId: 'a', at: timer.now(), level: 'info', message: 'x' } as const;
    for (let i = 0; i < 10_500; i++) history.recordLog(line);
    expect(history.logs('r1').length).toBe(10_000);
    expect(history.logs('r1').at(-1)).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('truncated'),
    });
  });

  it('merges many small files into one and loses nothing', async () => {
    const history = open();
    for (let i = 0; i < 20; i++) {
      await history.startRun(runOf(`r${i}`), []);
      await history.endRun(endRun(runOf(`r${i}`), 'completed', timer.now(), null));
    }
    const later = open();
    await later.load('bank');
    const table = createMemoryLake(timer, disk.store).lake.table({
      lab: 'bank',
      schema: 'system',
      name: 'runs',
    });
    await vi.waitFor(async () => expect((await table.snapshot()).files.length).toBe(1));
    const last = open();
    await last.load('bank');
    expect(last.runs()).toEqual(later.runs());
    expect(last.runs().length).toBe(20);
  });
});

describe('crash', () => {
  async function crash(): Promise<void> {
    const history = open();
    await history.startRun(runOf('r1'), [taskOf('a'), taskOf('b'), taskOf('c', { kind: 'load' })]);
    history.recordTask(taskOf('c', { kind: 'load', state: 'completed', rows: 100, bytes: 9 }));
    history.recordTask(taskOf('a', { state: 'running', startedAt: timer.now() }));
    await timer.advance(2000);
    await vi.waitFor(async () => expect(await versionOf('task_runs')).toBe(1));
    history.recordLog({ runId: 'r1', taskId: 'a', at: timer.now(), level: 'info', message: 'never written' });
  }

  it('finds a run whose process is gone, and says when it was last heard of', async () => {
    await crash();
    const startedAt = timer.now() - 2000;
    await timer.advance(3_600_000);
    disk = createMemoryLake(timer, disk.store);
    const later = open();
    await later.load('bank');
    const detail = later.detail('r1');
    expect(detail).toMatchObject({ state: 'crashed', rows: 100, tasksCompleted: 1 });
    expect(detail.message).toMatch(/^the tab was closed or the browser ended at about 2025-01-31T10:20:3\d/);
    expect(detail.endedAt).toBeGreaterThanOrEqual(startedAt);
    expect(detail.tasks.map(({ taskId, state }) => [taskId, state]).sort()).toEqual([
      ['a', 'crashed'],
      ['b', 'cancelled'],
      ['c', 'completed'],
    ]);
  });

  it('writes what it found, so that the next start finds a crashed run', async () => {
    await crash();
    await open().load('bank');
    const third = open(['r1']);
    await third.load('bank');
    expect(third.detail('r1').state).toBe('crashed');
    expect(
      third
        .detail('r1')
        .tasks.map(({ state }) => state)
        .sort(),
    ).toEqual(['cancelled', 'completed', 'crashed']);
  });

  it('leaves a run alone that another tab still runs', async () => {
    await crash();
    const later = open(['r1']);
    await later.load('bank');
    expect(later.detail('r1').state).toBe('running');
  });

  it('knows a run that was cut before anything but its first row was written', async () => {
    await open().startRun(runOf('r1'), [taskOf('a')]);
    const later = open();
    await later.load('bank');
    expect(later.runs()).toMatchObject([{ runId: 'r1', state: 'crashed', endedAt: expect.any(Number) }]);
  });
});

describe('unreadable history', () => {
  it('is said, and leaves the engine with what can be read', async () => {
    const history = open();
    await history.startRun(runOf('r1'), [taskOf('a')]);
    await history.endRun(endRun(runOf('r1'), 'completed', timer.now(), null));
    const [file] = await disk.store
      .list('lake/bank/system/task_runs')
      .then((entries) => entries.filter(({ kind }) => kind === 'file'));
    await disk.store.remove(`lake/bank/system/task_runs/${file?.name ?? ''}`);
    const later = open();
    await later.load('bank');
    expect(later.runs().length).toBe(1);
    expect(later.detail('r1').tasks).toEqual([]);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^error history: bank\.system\.task_runs cannot be read/),
    ]);
    await later.startRun(runOf('r2'), []);
    await later.endRun(endRun(runOf('r2'), 'completed', timer.now(), null));
    expect(later.runs().length).toBe(2);
  });

  it('is empty for a lab that has never run', async () => {
    const history = open();
    await history.load('bank');
    expect(history.runs()).toEqual([]);
    expect(logger.lines).toEqual([]);
  });
});
