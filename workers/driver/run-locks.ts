/** Web Locks that say which runs are alive, in this tab or another: they end with the process that holds them. */
import type { RunId } from '../api.ts';

export class RunLocks {
  /** Holds `run:<id>` while `body` runs. */
  hold<T>(runId: RunId, body: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`run:${runId}`, body) as Promise<T>;
  }

  async isHeld(runId: RunId): Promise<boolean> {
    const { held = [] } = await navigator.locks.query();
    return held.some(({ name }) => name === `run:${runId}`);
  }
}
