/** Where the newest commit of each table is mirrored, so that a power cut that takes commits back is noticed. */
import { IdbTips } from '../lake/store/idb-tips.ts';
import type { FileStore, TipMirror } from '../lake/types.ts';
import type { Fence } from './fence.ts';

/** The mirror of the lake in OPFS; none for a lake in memory, and none, with a warning, where IndexedDB is refused. */
export async function openTips(store: FileStore, fence: Fence): Promise<TipMirror | undefined> {
  if (store.kind !== 'opfs') return undefined;
  try {
    const tips = await IdbTips.open('tarn-tips');
    fence.onClose(() => tips.close());
    return fence.guard(tips);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'MirrorUnavailableError') throw cause;
    console.warn(`Commits that a power cut takes back will not be noticed: ${cause.message}`);
    return undefined;
  }
}
