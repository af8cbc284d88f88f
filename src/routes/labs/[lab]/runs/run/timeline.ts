import type { EpochMs, Stage, TaskRun } from '../../../../../../workers/api.ts';

export const STAGES: readonly Stage[] = ['source', 'bronze', 'staging', 'silver', 'gold'];

/** One row of the timeline; shares are of the whole time span, 0 .. 1. */
export interface TimelineRow {
  task: TaskRun;
  /** From when its last dependency had ended; null when it never started. */
  waitFrom: number | null;
  start: number | null;
  end: number | null;
  waitMs: number | null;
  runMs: number | null;
  critical: boolean;
}

export interface Timeline {
  groups: { stage: Stage; rows: TimelineRow[] }[];
  spanMs: number;
  /** Milliseconds since the start, for the axis. */
  ticks: number[];
}

/** Lays a run's tasks over time. `now` stands for the end of what still runs. */
export function buildTimeline(
  tasks: readonly TaskRun[],
  startedAt: EpochMs,
  endedAt: EpochMs | null,
  now: EpochMs,
): Timeline {
  const ends = tasks.flatMap((task) => task.endedAt ?? []);
  const last = endedAt ?? Math.max(now, ...ends);
  const spanMs = Math.max(1, last - startedAt);
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  const critical = findCriticalPath(tasks, byId);
  const rows = tasks.map((task) =>
    placeTask(task, byId, { startedAt, spanMs, last }, critical.has(task.taskId)),
  );
  const groups = STAGES.map((stage) => ({
    stage,
    rows: rows.filter((row) => row.task.stage === stage).sort(byStart),
  })).filter((group) => group.rows.length > 0);
  return { groups, spanMs, ticks: chooseTicks(spanMs) };
}

/** The chain of tasks that ended last: from the end, always to the dependency that ended last. */
export function findCriticalPath(tasks: readonly TaskRun[], byId: ReadonlyMap<string, TaskRun>): Set<string> {
  const path = new Set<string>();
  let here = lastEnded(tasks);
  while (here && !path.has(here.taskId)) {
    path.add(here.taskId);
    here = lastEnded(here.dependsOn.flatMap((id) => byId.get(id) ?? []));
  }
  return path;
}

function lastEnded(tasks: readonly TaskRun[]): TaskRun | undefined {
  const ran = tasks.filter((task) => task.startedAt !== null && task.endedAt !== null);
  return ran.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
}

interface Span {
  startedAt: EpochMs;
  spanMs: number;
  last: EpochMs;
}

function placeTask(
  task: TaskRun,
  byId: ReadonlyMap<string, TaskRun>,
  span: Span,
  critical: boolean,
): TimelineRow {
  if (task.startedAt === null) {
    return { task, waitFrom: null, start: null, end: null, waitMs: null, runMs: null, critical: false };
  }
  const dependencies = task.dependsOn.flatMap((id) => byId.get(id)?.endedAt ?? []);
  const readyAt = Math.min(task.startedAt, Math.max(span.startedAt, ...dependencies));
  const endAt = task.endedAt ?? span.last;
  const share = (at: EpochMs) => Math.min(1, Math.max(0, (at - span.startedAt) / span.spanMs));
  return {
    task,
    waitFrom: share(readyAt),
    start: share(task.startedAt),
    end: share(endAt),
    waitMs: task.startedAt - readyAt,
    runMs: endAt - task.startedAt,
    critical,
  };
}

function byStart(a: TimelineRow, b: TimelineRow): number {
  return (
    (a.task.startedAt ?? Infinity) - (b.task.startedAt ?? Infinity) || a.task.name.localeCompare(b.task.name)
  );
}

/** About five round marks: steps of 1, 2 or 5 times a power of ten. */
function chooseTicks(spanMs: number): number[] {
  const rough = spanMs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, i) => i * step);
}
