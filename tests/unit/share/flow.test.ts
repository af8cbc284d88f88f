import { describe, expect, test } from 'vitest';
import { buildFlowGraph } from '../../../src/routes/labs/[lab]/flow-graph.ts';
import { layoutFlow, neighbourOf, NODE } from '../../../src/routes/labs/[lab]/flow-layout.ts';
import { filterLines } from '../../../src/routes/labs/[lab]/runs/run/log-filter.ts';
import { buildTimeline } from '../../../src/routes/labs/[lab]/runs/run/timeline.ts';
import type { LogLine, TaskRun } from '../../../workers/api.ts';
import { planFakeTasks, testResultOf } from '../../fakes/fake-flow.ts';

const tasks = planFakeTasks('r', 3);
const results = tasks.filter((task) => task.kind === 'test').map(testResultOf);

describe('the flow graph', () => {
  const nodes = buildFlowGraph(tasks, results);
  const find = (id: string) => nodes.find((node) => node.id === id);

  test('folds the days of the generator into one box', () => {
    const generators = nodes.filter((node) => node.kind === 'generate');
    expect(generators).toHaveLength(1);
    expect(generators[0]).toMatchObject({ name: 'generate', count: 3, state: 'pending' });
  });

  test('puts tests and fingerprints on their model, with how they ended', () => {
    expect(nodes.some((node) => node.kind === 'test' || node.kind === 'fingerprint')).toBe(false);
    expect(find('model.transactions.transactions')?.tests).toEqual({
      passed: 3,
      failed: 1,
      warned: 0,
      total: 4,
    });
  });

  test('a group with one failed task has failed', () => {
    const broken = tasks.map((task, i) => (i === 1 ? { ...task, state: 'failed' as const } : task));
    expect(buildFlowGraph(broken, [])[0]?.state).toBe('failed');
  });

  test('flows to the right: every edge goes to a later column', () => {
    const { placed } = layoutFlow(nodes);
    const x = new Map(placed.map((one) => [one.node.id, one.x]));
    for (const { node } of placed) {
      for (const from of node.reads) expect(x.get(from)).toBeLessThan(x.get(node.id) ?? 0);
    }
    expect(new Set(placed.map((one) => `${one.x} ${one.y}`)).size).toBe(placed.length);
  });

  test('no edge passes behind a box, and boxes do not touch', () => {
    const { placed, routes } = layoutFlow(nodes);
    expect(routes.some((route) => route.points.length > 2)).toBe(true);
    for (const { x, y } of placed) {
      const inside = routes
        .flatMap((route) => route.points.slice(1, -1))
        .filter(([px, py]) => px >= x && px <= x + NODE.width && py > y && py < y + NODE.height);
      expect(inside).toEqual([]);
      const near = placed.filter((other) => other.x === x && Math.abs(other.y - y) < NODE.height + NODE.gapY);
      expect(near).toHaveLength(1);
    }
  });

  test('a chain without branches is a straight line', () => {
    const { placed } = layoutFlow(nodes);
    const y = (id: string) => placed.find((one) => one.node.id === id)?.y;
    expect(y('load.customers')).toBe(y(tasks[0]?.taskId ?? ''));
    expect(y('model.transactions.stg_customers')).toBe(y('load.customers'));
  });

  test('arrow keys walk the edges', () => {
    const { placed } = layoutFlow(nodes);
    expect(neighbourOf(placed, 'load.customers', 'ArrowRight')).toBe('model.transactions.stg_customers');
    expect(neighbourOf(placed, 'model.transactions.stg_customers', 'ArrowLeft')).toBe('load.customers');
    expect(neighbourOf(placed, 'load.customers', 'ArrowLeft')).toBe(find(tasks[0]?.taskId ?? '')?.id);
  });
});

describe('the timeline', () => {
  const task = (taskId: string, dependsOn: string[], startedAt: number, endedAt: number): TaskRun => ({
    runId: 'r',
    taskId,
    name: taskId,
    kind: 'model',
    stage: 'gold',
    dependsOn,
    state: 'completed',
    attempt: 1,
    startedAt,
    endedAt,
    rows: null,
    bytes: null,
    message: null,
  });
  const run = [task('a', [], 0, 400), task('b', [], 0, 100), task('c', ['a', 'b'], 500, 1000)];

  test('says how long a task waited after its last dependency, and how long it ran', () => {
    const rows = buildTimeline(run, 0, 1000, 1000).groups.flatMap((group) => group.rows);
    expect(rows.find((row) => row.task.taskId === 'c')).toMatchObject({
      waitMs: 100,
      runMs: 500,
      waitFrom: 0.4,
      start: 0.5,
      end: 1,
    });
  });

  test('marks the chain that decided how long the run took', () => {
    const rows = buildTimeline(run, 0, 1000, 1000).groups.flatMap((group) => group.rows);
    expect(rows.filter((row) => row.critical).map((row) => row.task.taskId)).toEqual(['a', 'c']);
  });
});

test('the log is filtered by level and above, task and words', () => {
  const line = (level: LogLine['level'], taskId: string | null, message: string): LogLine => ({
    runId: 'r',
    at: 0,
    level,
    taskId,
    message,
  });
  const lines = [
    line('debug', 'a', 'Started'),
    line('info', 'a', '10 rows'),
    line('error', 'b', 'No rows'),
    line('warning', null, 'Slow'),
  ];
  const shown = (filter: Partial<Parameters<typeof filterLines>[1]>) =>
    filterLines(lines, { level: 'debug', search: '', taskId: null, ...filter }).map((one) => one.message);
  expect(shown({ level: 'warning' })).toEqual(['No rows', 'Slow']);
  expect(shown({ taskId: 'a' })).toEqual(['Started', '10 rows']);
  expect(shown({ search: 'ROWS' })).toEqual(['10 rows', 'No rows']);
});
