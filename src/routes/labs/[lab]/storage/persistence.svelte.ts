import { browser } from '$app/environment';

/**
 * Whether the browser keeps this site's files when space is short (Storage Standard, "persistence").
 * `refused`: it was asked here and declined; `unsupported`: it cannot be asked.
 */
export type Keeping = 'unknown' | 'persisted' | 'evictable' | 'refused' | 'unsupported';

/** Asks the browser whether the lake stays, and that it may. */
export class Persistence {
  keeping = $state<Keeping>('unknown');
  asking = $state(false);

  async refresh(): Promise<void> {
    if (!browser) return;
    // Missing where the page is not a secure context.
    const storage = navigator.storage as StorageManager | undefined;
    if (!storage?.persisted) this.keeping = 'unsupported';
    else if (this.keeping !== 'refused')
      this.keeping = (await storage.persisted()) ? 'persisted' : 'evictable';
  }

  /** Some browsers ask the user, others decide by themselves. */
  async ask(): Promise<void> {
    this.asking = true;
    try {
      this.keeping = (await navigator.storage.persist()) ? 'persisted' : 'refused';
    } finally {
      this.asking = false;
    }
  }
}
