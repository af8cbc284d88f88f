/** Data files of a run that are written and not yet committed. */

import type { WrittenFile } from '../lake/types.ts';

export type Discard = (table: string, files: WrittenFile[]) => Promise<void>;

/**
 * Every file ends in one of two ways: committed by a load, or discarded. Files a load has taken are never discarded
 * while it runs, since its commit may be under way; if it fails after the end of the run, they are.
 */
export class StagedFiles {
  readonly #byTable = new Map<string, Map<string, WrittenFile[]>>();
  #isClosed = false;

  /** `discard` removes files that will not be committed. */
  constructor(readonly discard: Discard) {}

  /** Keeps a task's files of a table in place of those of an earlier try; after the end they are discarded. */
  async stage(table: string, taskId: string, files: WrittenFile[]): Promise<void> {
    const byTask = this.#byTable.get(table) ?? new Map<string, WrittenFile[]>();
    if (this.#isClosed) {
      await this.discard(table, files);
      return;
    }
    byTask.set(taskId, files);
    this.#byTable.set(table, byTask);
  }

  /** Hands the table's files to `load`, sorted by task; they come back if it fails. */
  async load<T>(table: string, load: (files: WrittenFile[]) => Promise<T>): Promise<T> {
    const byTask = this.#byTable.get(table) ?? new Map<string, WrittenFile[]>();
    this.#byTable.delete(table);
    const taskIds = [...byTask.keys()].sort();
    const files = taskIds.flatMap((taskId) => byTask.get(taskId) ?? []);
    try {
      return await load(files);
    } catch (cause) {
      if (this.#isClosed) await this.discard(table, files);
      else this.#byTable.set(table, byTask);
      throw cause;
    }
  }

  /** Discards what nobody has loaded. Call it when the run has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const left = [...this.#byTable].map(([table, byTask]) => ({ table, files: [...byTask.values()].flat() }));
    this.#byTable.clear();
    await Promise.all(left.map(({ table, files }) => this.discard(table, files)));
  }
}
