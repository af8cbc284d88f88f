import { describe, expect, it } from 'vitest';
import type { EngineEvent, TaskRun } from '../../../workers/api.ts';
import { FlowError } from '../../../workers/orchestrate/errors.ts';
import { runFlow } from '../../../workers/orchestrate/run-flow.ts';
import type { Flow, TaskContext, TaskOutcome, TaskSpec } from '../../../workers/orchestrate/types.ts';
import { defer, FakeTimer, settle } from './fake-timer.ts';

type Body = (context: TaskContext) => Promise<TaskOutcome>;

function task(taskId: string, dependsOn: string[] = [], body?: Body, more: Partial<TaskSpec> = {}): TaskSpec {
  const run = body ?? (() => Promise.resolve({}));
  return {
    taskId,
    name: taskId,
    kind: 'model',
    stage: 'silver',
    dependsOn,
    retries: 0,
    expectedRows: 0,
    ...more,
    run,
  };
}

function flowOf(tasks: TaskSpec[], concurrency: Flow['concurrency'] = {}): Flow {
  return { name: 'test', lab: 'lab', tasks, concurrency };
}

const fails: Body = () => Promise.reject(new Error('no such column'));

function start(flow: Flow, signal?: AbortSignal) {
  const timer = new FakeTimer();
  const events: EngineEvent[] = [];
  const done = runFlow(flow, { runId: 'r1', timer, emit: (event) => events.push(event), signal });
  return { timer, events, done };
}

function states(tasks: TaskRun[]): Record<string, string> {
  return Object.fromEntries(tasks.map((one) => [one.taskId, one.state]));
}

describe('order', () => {
  it('starts a task when its parents are completed, not before', async () => {
    const seen: string[] = [];
    const gate = defer<TaskOutcome>();
    const note =
      (name: string): Body =>
      () => (seen.push(name), Promise.resolve({}));
    const { done } = start(
      flowOf([task('c', ['a', 'b'], note('c')), task('a', [], note('a')), task('b', [], () => gate.promise)]),
    );
    await settle();
    expect(seen).toEqual(['a']);
    gate.resolve({});
    expect((await done).state).toBe('completed');
    expect(seen).toEqual(['a', 'c']);
  });

  it('keeps no more tasks of a kind running than its limit', async () => {
    let running = 0;
    let most = 0;
    const gates = [0, 1, 2, 3, 4].map(() => defer<TaskOutcome>());
    const body =
      (i: number): Body =>
      async () => {
        most = Math.max(most, ++running);
        const outcome = await gates[i]!.promise;
        running -= 1;
        return outcome;
      };
    const { done } = start(
      flowOf(
        gates.map((_, i) => task(`g${i}`, [], body(i), { kind: 'generate' })),
        { generate: 2 },
      ),
    );
    for (const gate of gates) {
      await settle();
      gate.resolve({});
    }
    await done;
    expect(most).toBe(2);
  });

  it('completes an empty flow', async () => {
    expect(await start(flowOf([])).done).toEqual({ state: 'completed', tasks: [] });
  });
});

describe('graph', () => {
  it.each([
    ['unknown dependency', [task('a', ['x'])], '"a" depends on "x", which is not in the flow'],
    ['duplicate id', [task('a'), task('a')], 'two tasks have the id "a"'],
    ['cycle', [task('r'), task('a', ['r', 'c']), task('b', ['a']), task('c', ['b'])], 'a -> b -> c -> a'],
  ])('refuses %s', (_, tasks, message) => {
    const run = () => runFlow(flowOf(tasks), { runId: 'r', timer: new FakeTimer(), emit: () => {} });
    expect(run).toThrow(FlowError);
    expect(run).toThrow(message);
  });
});

describe('failure', () => {
  it('skips what is downstream of a failed task and nothing else', async () => {
    const { done } = start(
      flowOf([
        task('bad', [], fails),
        task('good'),
        task('child', ['bad', 'good']),
        task('grandchild', ['child']),
        task('other', ['good']),
      ]),
    );
    const { state, tasks } = await done;
    expect(state).toBe('failed');
    expect(states(tasks)).toEqual({
      bad: 'failed',
      good: 'completed',
      child: 'skipped',
      grandchild: 'skipped',
      other: 'completed',
    });
    expect(tasks.find(({ taskId }) => taskId === 'grandchild')?.message).toBe('upstream failed: bad');
    expect(tasks.find(({ taskId }) => taskId === 'bad')?.message).toBe('no such column');
  });

  it('skips at once, while other branches still run', async () => {
    const gate = defer<TaskOutcome>();
    const { done, events } = start(
      flowOf([task('bad', [], fails), task('child', ['bad']), task('slow', [], () => gate.promise)]),
    );
    await settle();
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'task',
        task: expect.objectContaining({ taskId: 'child', state: 'skipped' }),
      }),
    );
    gate.resolve({});
    await done;
  });

  it('takes a task at its word when it answers failed, without another try', async () => {
    let tries = 0;
    const body: Body = () => (tries++, Promise.resolve({ state: 'failed', message: 'Got 3 results' }));
    const { done } = start(
      flowOf([task('test', [], body, { kind: 'test', retries: 3 }), task('next', ['test'])]),
    );
    const { state, tasks } = await done;
    expect([state, tries]).toEqual(['failed', 1]);
    expect(states(tasks)).toEqual({ test: 'failed', next: 'skipped' });
    expect(tasks[0]?.message).toBe('Got 3 results');
  });

  it('ends the run when a listener throws, instead of hanging', async () => {
    const emit = () => {
      throw new Error('listener broke');
    };
    await expect(runFlow(flowOf([task('a')]), { runId: 'r', timer: new FakeTimer(), emit })).rejects.toThrow(
      'listener broke',
    );
  });
});

describe('retries', () => {
  it('tries again after the delay, up to the limit', async () => {
    let tries = 0;
    const body: Body = ({ attempt }) =>
      ++tries < 3 ? Promise.reject(new Error(`try ${attempt}`)) : Promise.resolve({ rows: 7 });
    const { done, timer, events } = start(flowOf([task('a', [], body, { retries: 2 })]));
    await timer.advance(999);
    expect(tries).toBe(1);
    await timer.advance(1);
    expect(tries).toBe(2);
    await timer.advance(1000);
    const { state, tasks } = await done;
    expect(state).toBe('completed');
    expect(tasks[0]).toMatchObject({ attempt: 3, rows: 7, message: null });
    expect(events).toContainEqual(
      expect.objectContaining({
        line: expect.objectContaining({ level: 'warning', message: expect.stringContaining('try 1 of 3') }),
      }),
    );
  });

  it('fails when the tries are used up', async () => {
    const { done, timer } = start(flowOf([task('a', [], fails, { retries: 1 })]));
    await timer.advance(1000);
    expect((await done).tasks[0]).toMatchObject({ state: 'failed', attempt: 2, message: 'no such column' });
  });

  it('does not hear a try that has failed', async () => {
    const contexts: TaskContext[] = [];
    const gate = defer<TaskOutcome>();
    const body: Body = (context) => (
      contexts.push(context),
      contexts.length > 1 ? gate.promise : fails(context)
    );
    const { done, timer, events } = start(flowOf([task('a', [], body, { retries: 1 })]));
    await timer.advance(1000);
    contexts[0]?.progress(99);
    contexts[1]?.progress(1);
    gate.resolve({});
    await done;
    expect(events.flatMap((event) => (event.type === 'progress' ? event.rows : []))).toEqual([1]);
  });

  it('leaves its place to others while it waits', async () => {
    const seen: string[] = [];
    const first: Body = ({ attempt }) =>
      attempt === 1 ? Promise.reject(new Error('later')) : (seen.push('first'), Promise.resolve({}));
    const second: Body = () => (seen.push('second'), Promise.resolve({}));
    const { done, timer } = start(
      flowOf([task('first', [], first, { retries: 1 }), task('second', [], second)], { model: 1 }),
    );
    await timer.advance(1000);
    await done;
    expect(seen).toEqual(['second', 'first']);
  });
});

describe('cancel', () => {
  const obeys: Body = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('AbortError'))));

  it('aborts what runs and cancels what waits', async () => {
    const abort = new AbortController();
    const { done, timer } = start(
      flowOf([task('done'), task('a', ['done'], obeys), task('b', ['a'])]),
      abort.signal,
    );
    await settle();
    abort.abort();
    const { state, tasks } = await done;
    expect(state).toBe('cancelled');
    expect(states(tasks)).toEqual({ done: 'completed', a: 'cancelled', b: 'cancelled' });
    expect(timer.pending).toBe(0);
  });

  it('leaves a task behind that ignores its signal, and ignores what it answers later', async () => {
    const abort = new AbortController();
    const stuck = defer<TaskOutcome>();
    let context: TaskContext | undefined;
    const body: Body = (given) => ((context = given), stuck.promise);
    const { done, timer, events } = start(flowOf([task('a', [], body), task('b', ['a'])]), abort.signal);
    await settle();
    abort.abort();
    await timer.advance(999);
    const result = await done;
    expect(result.state).toBe('cancelled');
    expect(states(result.tasks)).toEqual({ a: 'cancelled', b: 'cancelled' });
    const told = events.length;
    context?.progress(5);
    context?.log('info', 'still here');
    stuck.resolve({ rows: 5 });
    await timer.advance(5000);
    expect(events.length).toBe(told);
  });

  it('keeps the truth about a task that completes while the run stops', async () => {
    const abort = new AbortController();
    const gate = defer<TaskOutcome>();
    const { done } = start(flowOf([task('load', [], () => gate.promise), task('b', ['load'])]), abort.signal);
    await settle();
    abort.abort();
    gate.resolve({ rows: 3 });
    const { state, tasks } = await done;
    expect(state).toBe('cancelled');
    expect(states(tasks)).toEqual({ load: 'completed', b: 'cancelled' });
  });

  it('ends a wait for a retry', async () => {
    const abort = new AbortController();
    const { done, timer } = start(flowOf([task('a', [], fails, { retries: 5 })]), abort.signal);
    await settle();
    abort.abort();
    expect(states((await done).tasks)).toEqual({ a: 'cancelled' });
    expect(timer.pending).toBe(0);
  });

  it('starts nothing when it was cancelled before', async () => {
    let ran = false;
    const { done } = start(
      flowOf([task('a', [], () => ((ran = true), Promise.resolve({})))]),
      AbortSignal.abort(),
    );
    expect((await done).state).toBe('cancelled');
    expect(ran).toBe(false);
  });
});

describe('progress', () => {
  const progressOf = (events: EngineEvent[]) => events.filter((event) => event.type === 'progress');

  it('adds up the rows of a stage, with rate and time left', async () => {
    const gates = [defer<TaskOutcome>(), defer<TaskOutcome>()];
    const contexts: TaskContext[] = [];
    const body =
      (i: number): Body =>
      (context) => ((contexts[i] = context), gates[i]!.promise);
    const more = { kind: 'generate', stage: 'source', expectedRows: 500 } as const;
    const { done, timer, events } = start(
      flowOf([task('a', [], body(0), more), task('b', [], body(1), more)]),
    );
    await timer.advance(2000);
    contexts[0]?.progress(100);
    contexts[1]?.progress(300);
    await timer.advance(100);
    const first = { type: 'progress', runId: 'r1', stage: 'source', totalRows: 1000 };
    expect(progressOf(events)).toEqual([
      { ...first, rows: 100, rowsPerSecond: 50, etaMs: 18_000 },
      { ...first, rows: 400, rowsPerSecond: 400_000 / 2100, etaMs: 3150 },
    ]);
    gates.forEach((gate) => gate.resolve({ rows: 500 }));
    await done;
    expect(progressOf(events).at(-1)).toMatchObject({ rows: 1000, etaMs: 0 });
  });

  it('speaks at most ten times a second', async () => {
    const gate = defer<TaskOutcome>();
    let context: TaskContext | undefined;
    const { done, timer, events } = start(
      flowOf([task('a', [], (given) => ((context = given), gate.promise))]),
    );
    for (let i = 1; i <= 500; i++) {
      await timer.advance(2);
      context?.progress(i);
    }
    const told = progressOf(events).length;
    expect(told).toBeGreaterThan(5);
    expect(told).toBeLessThanOrEqual(11);
    gate.resolve({});
    await done;
  });
});
