/** Jobs that wait for an executor. */

import type { JobKind } from './pool-job.ts';

/** Reading comes before writing before making: it is what someone waits for. */
const PRIORITY: Record<JobKind, number> = { decode: 0, encode: 1, inspect: 2, ingest: 2, generate: 2 };

/** First in, first out among jobs of one priority. */
export class JobQueue<T extends { kind: JobKind }> {
  readonly #lanes: T[][] = [[], [], []];

  get size(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  push(job: T): void {
    this.#laneOf(job).push(job);
  }

  /** Puts a job before all others of its priority. */
  putBack(job: T): void {
    this.#laneOf(job).unshift(job);
  }

  take(): T | undefined {
    return this.#lanes.find((lane) => lane.length > 0)?.shift();
  }

  /** True when the job was waiting; it no longer is. */
  remove(job: T): boolean {
    const lane = this.#laneOf(job);
    const index = lane.indexOf(job);
    if (index >= 0) lane.splice(index, 1);
    return index >= 0;
  }

  /** Takes all jobs out. */
  drain(): T[] {
    return this.#lanes.flatMap((lane) => lane.splice(0));
  }

  #laneOf(job: T): T[] {
    const lane = this.#lanes[PRIORITY[job.kind]];
    if (!lane) throw new Error(`job kind "${job.kind}" has no lane`);
    return lane;
  }
}
