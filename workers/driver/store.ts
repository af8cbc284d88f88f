/** Where the lake lies: OPFS, or memory where the browser has none. */
import { MemoryStore } from '../lake/store/memory-store.ts';
import { OpfsStore } from '../lake/store/opfs-store.ts';
import type { FileStore } from '../lake/types.ts';
import type { Fence } from './fence.ts';

/**
 * Opens OPFS; a private window or a browser without it gets a lake in memory, which the page warns about. `isSole`: commits that others
 * have begun are those of a frozen tab, and are broken. The store does nothing once the fence is closed.
 */
export async function openStore(fence: Fence, isSole: boolean): Promise<FileStore> {
  try {
    const store = await OpfsStore.open();
    fence.onClose(() => store.close());
    if (isSole) await store.breakCommits();
    return fence.guard(store);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'StoreUnavailableError')
      return fence.guard(new MemoryStore());
    throw cause;
  }
}
