import type { EpochMs, Stage, TaskKind, TaskRun, TaskState, TestResult } from '../../../../workers/api.ts';

export const STAGES: readonly Stage[] = ['source', 'bronze', 'staging', 'silver', 'gold'];

/** How many tests of a node ended how. */
export interface TestCounts {
  passed: number;
  failed: number;
  warned: number;
  total: number;
}

/** One box of the flow graph: a task, or several tasks of one kind that feed the same tasks. */
export interface FlowNode {
  id: string;
  name: string;
  /** More than 1 for a group, such as one generator task per day. */
  count: number;
  stage: Stage;
  kind: TaskKind;
  state: TaskState;
  rows: number | null;
  bytes: number | null;
  durationMs: number | null;
  attempt: number;
  message: string | null;
  /** Ids of nodes it reads. */
  reads: string[];
  tests: TestCounts;
  /** Ids of its own tasks, its tests and its fingerprint: whose log lines are its. */
  taskIds: string[];
  testIds: string[];
}

/** Folds a run's tasks into boxes: tests and fingerprints into the model they look at, equal generators into one. */
export function buildFlowGraph(tasks: readonly TaskRun[], results: readonly TestResult[]): FlowNode[] {
  const own = tasks.filter((task) => task.kind !== 'test' && task.kind !== 'fingerprint');
  const groups = groupTasks(own);
  const nodeOf = new Map<string, FlowNode>();
  const nodes = groups.map((group) => {
    const node = createNode(group);
    for (const task of group) nodeOf.set(task.taskId, node);
    return node;
  });
  for (const task of own) {
    const node = nodeOf.get(task.taskId);
    for (const parent of task.dependsOn) {
      const read = nodeOf.get(parent);
      if (node && read && read !== node && !node.reads.includes(read.id)) node.reads.push(read.id);
    }
  }
  foldChecks(tasks, results, nodeOf);
  return nodes;
}

/** Tasks that make rows and feed exactly the same tasks are one group; every other task stands alone. */
function groupTasks(tasks: readonly TaskRun[]): TaskRun[][] {
  const groups = new Map<string, TaskRun[]>();
  for (const task of tasks) {
    const makesRows = task.kind === 'generate' || task.kind === 'ingest';
    const feeds = tasks.filter((one) => one.dependsOn.includes(task.taskId)).map((one) => one.taskId);
    const key = makesRows ? `${task.kind} ${feeds.join(' ')}` : task.taskId;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()];
}

function createNode(group: TaskRun[]): FlowNode {
  const first = group[0];
  if (!first) throw new RangeError('a node of the flow needs at least one task');
  return {
    id: first.taskId,
    name: group.length > 1 ? (first.name.split(/[ :@]/)[0] ?? first.name) : first.name,
    count: group.length,
    stage: first.stage,
    kind: first.kind,
    state: joinStates(group.map((task) => task.state)),
    rows: sum(group.map((task) => task.rows)),
    bytes: sum(group.map((task) => task.bytes)),
    durationMs: spanOf(group),
    attempt: Math.max(...group.map((task) => task.attempt)),
    message: group.find((task) => task.message !== null)?.message ?? null,
    reads: [],
    tests: { passed: 0, failed: 0, warned: 0, total: 0 },
    taskIds: group.map((task) => task.taskId),
    testIds: [],
  };
}

/** Puts every test and fingerprint on the node it looks at: of several, the one furthest down the flow. */
function foldChecks(
  tasks: readonly TaskRun[],
  results: readonly TestResult[],
  nodeOf: Map<string, FlowNode>,
): void {
  const resultOf = new Map(results.map((result) => [result.uniqueId, result]));
  for (const task of tasks) {
    if (task.kind !== 'test' && task.kind !== 'fingerprint') continue;
    const looked = task.dependsOn.flatMap((id) => nodeOf.get(id) ?? []);
    const node = looked.sort((a, b) => STAGES.indexOf(b.stage) - STAGES.indexOf(a.stage))[0];
    if (!node) continue;
    node.taskIds.push(task.taskId);
    if (task.kind === 'fingerprint') continue;
    node.testIds.push(task.taskId);
    countTest(node.tests, resultOf.get(task.taskId)?.status);
  }
}

function countTest(counts: TestCounts, status: TestResult['status'] | undefined): void {
  counts.total += 1;
  if (status === 'pass') counts.passed += 1;
  else if (status === 'warn') counts.warned += 1;
  else if (status === 'fail' || status === 'error') counts.failed += 1;
}

function joinStates(states: TaskState[]): TaskState {
  const worst = (['crashed', 'failed', 'cancelled', 'running'] as const).find((state) =>
    states.includes(state),
  );
  if (worst) return worst;
  const first = states[0] ?? 'pending';
  if (states.every((state) => state === first)) return first;
  return states.includes('completed') && states.includes('pending') ? 'running' : 'completed';
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function spanOf(tasks: TaskRun[]): number | null {
  const started = tasks.map((task) => task.startedAt).filter((at): at is EpochMs => at !== null);
  const ended = tasks.map((task) => task.endedAt).filter((at): at is EpochMs => at !== null);
  if (started.length === 0 || ended.length < tasks.length) return null;
  return Math.max(...ended) - Math.min(...started);
}
