/** Asks the leader to give way before its lock is taken. */
import type { Letter, TabId } from './messages.ts';
import type { Post } from './post.ts';

/** A leader that lives answers within milliseconds; one that does not is not waited for. */
const ANSWER_MS = 500;
/** Cancelling a run takes less than a second. */
const RESIGN_MS = 2500;

type Step = (Letter & { type: 'resigning' | 'resigned' })['type'];

export class Handover {
  readonly #heard = new Map<Step, () => void>();

  constructor(readonly post: Post) {}

  /** Resolves when the leader has given way, or has not done so in time. */
  async ask(leader: TabId): Promise<void> {
    const resigning = this.#wait('resigning', ANSWER_MS);
    const resigned = this.#wait('resigned', ANSWER_MS + RESIGN_MS);
    this.post.send(leader, { type: 'resign' });
    if (await resigning) await resigned;
  }

  take({ type }: { type: Step }): void {
    this.#heard.get(type)?.();
  }

  #wait(step: Step, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#heard.set(step, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
