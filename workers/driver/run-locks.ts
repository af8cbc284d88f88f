/** Web Locks that say which runs are alive, in this tab or another: they end with the process that holds them. */
import type { RunId } from '../api.ts';

const PREFIX = 'run:';

export class RunLocks {
  #release: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => (this.#release = resolve));

  /** Holds `run:<id>` while `body` runs, or until `release`. A lock that is broken does not disturb the body. */
  hold<T>(runId: RunId, body: () => Promise<T>): Promise<T> {
    if (!navigator.locks) return body();
    return new Promise((resolve, reject) => {
      const work = async () => {
        const done = body();
        resolve(done);
        await Promise.race([done.catch(() => undefined), this.#released]);
      };
      navigator.locks.request(PREFIX + runId, work).catch(reject);
    });
  }

  async isHeld(runId: RunId): Promise<boolean> {
    if (!navigator.locks) return false;
    const { held = [] } = await navigator.locks.query();
    return held.some(({ name }) => name === PREFIX + runId);
  }

  /** Lets go of every lock, though the bodies may go on: their engine was closed. */
  release(): void {
    this.#release();
  }

  /** Takes the locks of all runs away: whoever calls is the only one that may run anything, so they belong to a frozen tab. */
  static async breakStale(): Promise<void> {
    const { held = [] } = await navigator.locks.query();
    const stale = held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? name : []));
    await Promise.all(
      stale.map((name) => navigator.locks.request(name, { steal: true }, async () => undefined)),
    );
  }
}
