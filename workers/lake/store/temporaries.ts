import { OpfsStore } from './opfs-store.ts';
import type { FileStore } from '../types.ts';

/**
 * Deletes the temporary files that killed writers left, and says how many. Call it once, before any writer starts:
 * it cannot tell a leftover from a file being written. A memory store has none.
 */
export async function removeStaleTemporaries(store: FileStore, folder?: string): Promise<number> {
  return store instanceof OpfsStore ? store.removeTemporaries(folder) : 0;
}
