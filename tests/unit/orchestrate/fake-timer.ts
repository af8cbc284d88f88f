import type { Timer } from '../../../workers/orchestrate/timer.ts';

/** A clock that stands still until it is advanced; promises settle between two callbacks. */
export class FakeTimer implements Timer {
  #now: number;
  #next = 0;
  readonly #waiting = new Map<number, { at: number; callback: () => void }>();

  constructor(start = Date.UTC(2025, 0, 31, 10, 20, 30)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const id = this.#next++;
    this.#waiting.set(id, { at: this.#now + Math.max(delayMs, 0), callback });
    return () => void this.#waiting.delete(id);
  }

  get pending(): number {
    return this.#waiting.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#waiting.delete(due.id);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settle();
    }
    this.#now = end;
  }

  #due(end: number): { id: number; at: number; callback: () => void } | undefined {
    return [...this.#waiting]
      .map(([id, wait]) => ({ id, ...wait }))
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at || a.id - b.id)[0];
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(cause: unknown): void;
}

export function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (cause: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
