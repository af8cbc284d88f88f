/** The leader as one tab sees it: its own engine, or another tab. */
import * as Comlink from 'comlink';
import type { EngineApi, TabsApi } from '../../api.ts';
import { reviveError } from '../remote.ts';
import type { Letter, TabId } from './messages.ts';
import type { Method } from './methods.ts';
import { PendingCalls } from './pending.ts';
import type { Post } from './post.ts';

/** An engine that can be closed. */
export interface LedEngine extends Omit<EngineApi, keyof TabsApi> {
  /** Cancels what runs; resolves when its history says so. */
  cancelAll(): Promise<void>;
  /** Ends its workers, and all it might still do, at once. */
  close(): void;
}

export interface Leader {
  /** @throws LeaderLostError when the leader is gone before it answered */
  call(method: Method, args: unknown[]): Promise<unknown>;
  end(): void;
}

type Call = (...args: unknown[]) => Promise<unknown>;

/** This very tab. */
export class OwnEngine implements Leader {
  readonly #pending = new PendingCalls();

  constructor(readonly engine: LedEngine) {}

  call(method: Method, args: unknown[]): Promise<unknown> {
    return this.#pending.wait(method, (this.engine[method] as Call)(...args));
  }

  end(): void {
    this.engine.close();
    this.#pending.end();
  }
}

/** Another tab. */
export class OtherTab implements Leader {
  readonly #pending = new PendingCalls();
  readonly #answers = new Map<number, (letter: Letter & { type: 'answer' }) => void>();
  #lastId = 0;

  constructor(
    readonly post: Post,
    readonly id: TabId,
    /** When it became the leader. */
    readonly since: number,
  ) {}

  call(method: Method, args: unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.post.send(this.id, { type: 'call', id, method, args });
      this.#answers.set(id, ({ outcome }) =>
        'error' in outcome ? reject(reviveError(outcome.error)) : resolve(moveBuffers(outcome.value)),
      );
    });
    return this.#pending.wait(method, answer);
  }

  take(letter: Letter & { type: 'answer' }): void {
    this.#answers.get(letter.id)?.(letter);
    this.#answers.delete(letter.id);
  }

  end(): void {
    this.#pending.end();
  }
}

/** Marks the bytes of a copied answer to be moved to the page, not copied again. */
function moveBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Comlink.transfer(value, [value.buffer]);
  const { ipc } = (value ?? {}) as { ipc?: unknown };
  return ipc instanceof Uint8Array ? Comlink.transfer(value, [ipc.buffer]) : value;
}
