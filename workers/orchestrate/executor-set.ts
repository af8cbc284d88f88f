/** The executors that live: never more than asked for, dead ones forgotten. */

import { ExecutorSlot, type ExecutorFactory } from './executor-slot.ts';
import type { PoolJob } from './pool-job.ts';

export interface ExecutorStatus {
  id: number;
  busy: boolean;
  /** What it works on. */
  job: string | null;
  /** Jobs done. */
  done: number;
}

export class ExecutorSet {
  readonly #slots = new Set<ExecutorSlot>();
  #size: number;
  #nextId = 1;

  constructor(
    readonly create: ExecutorFactory,
    readonly shared: boolean,
    size: number,
  ) {
    this.#size = Math.max(1, size);
  }

  /** Executors at most. */
  get size(): number {
    return this.#size;
  }

  get jobs(): PoolJob[] {
    return [...this.#slots].flatMap(({ job }) => job ?? []);
  }

  /** The idle executor that has done least, or a new one; null when all are busy. */
  findIdle(): ExecutorSlot | null {
    this.#dropDead();
    const idle = [...this.#slots].filter((slot) => slot.job === null && !slot.retiring);
    idle.sort((a, b) => a.encodedBytes - b.encodedBytes || a.done - b.done);
    if (idle[0]) return idle[0];
    return this.#slots.size < this.#size ? this.#start() : null;
  }

  /** Starts all executors; resolves when each can work or has died. */
  async warm(): Promise<void> {
    this.#dropDead();
    while (this.#slots.size < this.#size) this.#start();
    await Promise.all([...this.#slots].map((slot) => slot.warm()));
  }

  /** Those too many end when their job is done, idle ones first. */
  resize(size: number): void {
    this.#size = Math.max(1, size);
    const busyFirst = [...this.#slots].sort((a, b) => Number(b.job !== null) - Number(a.job !== null));
    busyFirst.forEach((slot, index) => {
      slot.retiring = index >= this.#size;
      this.release(slot);
    });
  }

  /** Ends an executor that is to retire and has no job. */
  release(slot: ExecutorSlot): void {
    if (!slot.retiring || slot.job !== null) return;
    slot.end();
    this.#slots.delete(slot);
  }

  /** Ends the executor that has the job, at once. */
  endJob(job: PoolJob): void {
    for (const slot of this.#slots) if (slot.job === job) slot.end();
  }

  endAll(): void {
    for (const slot of this.#slots) slot.end();
    this.#slots.clear();
  }

  list(): ExecutorStatus[] {
    this.#dropDead();
    return [...this.#slots].map(({ id, job, done }) => ({
      id,
      busy: job !== null,
      job: job?.request.label ?? null,
      done,
    }));
  }

  #start(): ExecutorSlot {
    const slot = new ExecutorSlot(this.#nextId++, this.create, this.shared);
    this.#slots.add(slot);
    return slot;
  }

  /** Executors that ended without a job, or whose job has been told of it. */
  #dropDead(): void {
    for (const slot of this.#slots) if (!slot.isAlive && slot.job === null) this.#slots.delete(slot);
  }
}
