/** Where the lake lies: OPFS, or memory where the browser has none. */
import { MemoryStore } from '../lake/store/memory-store.ts';
import { OpfsStore } from '../lake/store/opfs-store.ts';
import type { FileStore } from '../lake/types.ts';

/** Opens OPFS; a private window or a browser without it gets a lake in memory, which the page warns about. */
export async function openStore(): Promise<FileStore> {
  try {
    return await OpfsStore.open();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'StoreUnavailableError') return new MemoryStore();
    throw cause;
  }
}
