/** One engine thread, many callers: whose turn it is. */

import { QueryCancelledError } from './errors.ts';

/** `interactive` is a person waiting; `batch` is a run. */
export type Priority = 'interactive' | 'batch';

interface Waiting {
  start: () => void;
}

/** After so many interactive turns in a row a waiting batch gets one. */
const interactiveInARow = 8;

/**
 * Runs one task at a time: interactive before batch, first come first served within each.
 * A task in progress is never interrupted, so an interactive task waits for one task at most.
 */
export class StatementQueue {
  private readonly waiting: Record<Priority, Waiting[]> = { interactive: [], batch: [] };
  private busy = false;
  private streak = 0;

  /** Runs the task when its turn comes. Rejects with QueryCancelledError when aborted while waiting. */
  async run<T>(priority: Priority, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.takeTurn(priority, signal);
    try {
      return await task();
    } finally {
      this.passOn();
    }
  }

  private takeTurn(priority: Priority, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(new QueryCancelledError(signal.reason));
    if (!this.busy) {
      this.busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = () => {
        const queue = this.waiting[priority];
        queue.splice(queue.indexOf(entry), 1);
        reject(new QueryCancelledError(signal?.reason));
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting[priority].push(entry);
    });
  }

  private passOn(): void {
    const { interactive, batch } = this.waiting;
    const batchTurn = interactive.length === 0 || (batch.length > 0 && this.streak >= interactiveInARow);
    const next = (batchTurn ? batch : interactive).shift();
    this.streak = batchTurn ? 0 : this.streak + 1;
    if (next) next.start();
    else this.busy = false;
  }
}
