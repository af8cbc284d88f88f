/** The graph of a flow: is it sound, and what lies downstream of a task. */

import { FlowError } from './errors.ts';
import type { Flow, TaskSpec } from './types.ts';

/**
 * Children of every task, in flow order.
 * @throws FlowError on a duplicate id, an unknown dependency or a cycle
 */
export function buildChildMap(flow: Flow): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const { taskId } of flow.tasks) {
    if (children.has(taskId)) throw new FlowError(`flow "${flow.name}": two tasks have the id "${taskId}"`);
    children.set(taskId, []);
  }
  for (const task of flow.tasks) {
    for (const parent of task.dependsOn) {
      const siblings = children.get(parent);
      if (!siblings) throw new FlowError(unknownDependency(flow, task, parent));
      siblings.push(task.taskId);
    }
  }
  assertAcyclic(flow, children);
  return children;
}

/** Every task that cannot run without `taskId`, nearest first. */
export function listDescendants(children: Map<string, string[]>, taskId: string): string[] {
  const found = new Set<string>();
  const queue = [...(children.get(taskId) ?? [])];
  for (const next of queue) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(children.get(next) ?? []));
  }
  return [...found];
}

function unknownDependency(flow: Flow, task: TaskSpec, parent: string): string {
  return `flow "${flow.name}": task "${task.taskId}" depends on "${parent}", which is not in the flow`;
}

/** Kahn: what is left when no task without open parents remains is a cycle or hangs on one. */
function assertAcyclic(flow: Flow, children: Map<string, string[]>): void {
  const open = new Map(flow.tasks.map((task) => [task.taskId, task.dependsOn.length]));
  const ready = flow.tasks.filter((task) => task.dependsOn.length === 0).map((task) => task.taskId);
  for (const taskId of ready) {
    open.delete(taskId);
    for (const child of children.get(taskId) ?? []) {
      const left = (open.get(child) ?? 0) - 1;
      open.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  if (open.size > 0) throw new FlowError(`flow "${flow.name}": cycle ${traceCycle(flow, open).join(' -> ')}`);
}

/** Walks up through open tasks until one repeats. */
function traceCycle(flow: Flow, open: Map<string, number>): string[] {
  const parents = new Map(flow.tasks.map((task) => [task.taskId, task.dependsOn]));
  const path: string[] = [];
  let at = [...open.keys()][0];
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = parents.get(at)?.find((parent) => open.has(parent));
  }
  if (at === undefined) return path;
  return [...path.slice(path.indexOf(at)), at].reverse();
}
