import { toErrorShape } from '$lib/engine-error.ts';
import type { ErrorShape } from '../../../workers/api.ts';

/** What the engine answered to the last question, for a page. An answer to an older question is dropped. */
export class EngineAnswer<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<ErrorShape | null>(null);
  loading = $state(true);
  #question = 0;

  /** Asks; keeps the present value until the new one is here, so that nothing jumps. Never rejects. */
  async ask(question: () => Promise<T>): Promise<void> {
    const own = ++this.#question;
    this.loading = true;
    try {
      const value = await question();
      if (own !== this.#question) return;
      this.value = value;
      this.error = null;
    } catch (thrown) {
      if (own !== this.#question) return;
      this.error = toErrorShape(thrown);
    }
    this.loading = false;
  }

  /** Forgets everything, answers on their way included. */
  clear(): void {
    this.#question++;
    this.value = null;
    this.error = null;
    this.loading = true;
  }
}
