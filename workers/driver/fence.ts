/** What an engine that has been closed can still do: nothing. */

/**
 * Ends the effects of an engine at once. Code that is under way is not unwound: at its next touch of anything guarded it waits for ever,
 * as if its worker had ended, and is collected. So it writes nothing, logs nothing, and cannot mistake its end for a fault of the lake.
 */
export class Fence {
  #isClosed = false;
  readonly #listeners: (() => void)[] = [];

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#listeners) listener();
  }

  /** Called when the fence is closed; at once when it is already. */
  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#listeners.push(listener);
  }

  /** The object, whose methods neither begin nor answer once the fence is closed. For methods that answer promises. */
  guard<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, key) => {
        const member: unknown = Reflect.get(object, key, object);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#pass(() => Reflect.apply(member, object, args) as unknown);
      },
    });
  }

  #pass(work: () => unknown): unknown {
    if (this.#isClosed) return never();
    const answer = work();
    return answer instanceof Promise ? this.#hold(answer) : answer;
  }

  async #hold(answer: Promise<unknown>): Promise<unknown> {
    try {
      return await answer;
    } finally {
      if (this.#isClosed) await never();
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
