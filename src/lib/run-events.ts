import type { EngineEvent, RunId, TaskRun } from '../../workers/api.ts';

/** Events by the run they belong to, in their order; events about the engine or its tables are left out. */
export function groupByRun(events: EngineEvent[]): Map<RunId, EngineEvent[]> {
  const groups = new Map<RunId, EngineEvent[]>();
  for (const event of events) {
    const runId = runIdOf(event);
    if (runId === null) continue;
    const group = groups.get(runId);
    if (group) group.push(event);
    else groups.set(runId, [event]);
  }
  return groups;
}

/** The tasks of a plan as a run has them: in the plan's order, those that events told of in their state. */
export function overlayTasks(plan: readonly TaskRun[], live: TaskRun[]): TaskRun[] {
  return mergeBy(plan, live, (task) => task.taskId);
}

/** Newer items take the place of older ones with the same key; order of first sight is kept. */
export function mergeBy<T>(older: readonly T[], newer: readonly T[], keyOf: (item: T) => string): T[] {
  const merged = new Map(older.map((item) => [keyOf(item), item]));
  for (const item of newer) merged.set(keyOf(item), item);
  return [...merged.values()];
}

/** The run an event belongs to; null for events about the engine or its tables. */
function runIdOf(event: EngineEvent): RunId | null {
  switch (event.type) {
    case 'run':
      return event.run.runId;
    case 'task':
      return event.task.runId;
    case 'test':
      return event.test.runId;
    case 'log':
      return event.line.runId;
    case 'progress':
      return event.runId;
    default:
      return null;
  }
}
