/** What the engine tells its listeners, and how it is. */
import type { EngineEvent, EngineStatus } from '../api.ts';

export class EventHub {
  status: EngineStatus = { state: 'starting' };
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #busy: string[] = [];

  /** Answers what ends the subscription. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  setStatus(status: EngineStatus): void {
    this.status = status;
    this.emit({ type: 'status', status });
  }

  /** Busy with `what` until the work has ended. */
  async whileBusy<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#busy.push(what);
    this.#tellBusy();
    try {
      return await work();
    } finally {
      this.#busy.splice(this.#busy.indexOf(what), 1);
      this.#tellBusy();
    }
  }

  #tellBusy(): void {
    const what = this.#busy.at(-1);
    this.setStatus(what === undefined ? { state: 'ready' } : { state: 'busy', what });
  }
}
