/** The calls of one tab's page, whoever leads. */
import { LeaderLostError, NoLeaderError } from './errors.ts';
import type { Leader } from './leaders.ts';
import { isRepeatable, type Method } from './methods.ts';

/** Longest wait for somebody to lead; a new leader takes about a second. */
const PATIENCE_MS = 30_000;

export class Calls {
  #leader: Leader | null = null;
  readonly #waiting = new Set<(leader: Leader) => void>();

  /** The former leader is given up: what it was asked is asked again of the next one, or rejected (see `methods.ts`). */
  follow(leader: Leader | null): void {
    const former = this.#leader;
    this.#leader = leader;
    former?.end();
    if (!leader) return;
    for (const resolve of this.#waiting) resolve(leader);
    this.#waiting.clear();
  }

  /** @throws LeaderLostError, NoLeaderError, and what the method throws */
  async call(method: Method, args: unknown[]): Promise<unknown> {
    for (;;) {
      const leader = this.#leader ?? (await this.#nextLeader(method));
      try {
        return await leader.call(method, args);
      } catch (thrown) {
        if (!(thrown instanceof LeaderLostError) || !isRepeatable(method)) throw thrown;
      }
    }
  }

  #nextLeader(method: Method): Promise<Leader> {
    return new Promise((resolve, reject) => {
      const take = (leader: Leader) => {
        clearTimeout(timer);
        resolve(leader);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(take);
        reject(new NoLeaderError(method, PATIENCE_MS));
      }, PATIENCE_MS);
      this.#waiting.add(take);
    });
  }
}
