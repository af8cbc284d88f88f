/** Calls that wait for one leader's answer. */
import { LeaderLostError } from './errors.ts';

/** They settle even when the leader is gone, since a closed tab never answers. */
export class PendingCalls {
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  /** The answer, or a LeaderLostError if the leader is lost first. */
  wait<T>(method: string, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const lose = () => reject(new LeaderLostError(method));
      if (this.#isOver) lose();
      else this.#waiting.add(lose);
      void answer.then(resolve, reject).finally(() => this.#waiting.delete(lose));
    });
  }

  end(): void {
    this.#isOver = true;
    for (const lose of this.#waiting) lose();
    this.#waiting.clear();
  }
}
