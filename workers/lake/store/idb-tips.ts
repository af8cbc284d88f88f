import { MirrorUnavailableError } from '../errors.ts';
import type { Tip, TipMirror } from '../types.ts';

const TIPS = 'tips';

/**
 * The tips of logs in IndexedDB, which writes through to the disk when asked to (`durability: 'strict'`); OPFS does not, and a
 * power cut may take back what it acknowledged in the last minute. Any thread may use it.
 */
export class IdbTips implements TipMirror {
  private constructor(readonly database: IDBDatabase) {}

  /**
   * @param name of the database: one per file store, since tables are told apart by their path only
   * @throws MirrorUnavailableError where IndexedDB is missing or refused
   */
  static async open(name: string): Promise<IdbTips> {
    try {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(TIPS);
      return new IdbTips(await settled(opening));
    } catch (cause) {
      throw new MirrorUnavailableError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  /** Lets go of the database; the mirror is not to be used afterwards. */
  close(): void {
    this.database.close();
  }

  async record(table: string, tip: Tip): Promise<void> {
    await this.#write(async (tips) => {
      const kept = await settled<Tip | undefined>(tips.get(table));
      if (kept && kept.version > tip.version) return;
      const lost = tip.lost ?? kept?.lost;
      tips.put({ ...tip, ...(lost ? { lost } : {}) }, table);
    });
  }

  async read(table: string): Promise<Tip | undefined> {
    return settled(this.database.transaction(TIPS, 'readonly').objectStore(TIPS).get(table));
  }

  async forget(path: string): Promise<void> {
    await this.#write(async (tips) => {
      tips.delete(path);
      tips.delete(below(path));
    });
  }

  async list(folder: string): Promise<string[]> {
    const tips = this.database.transaction(TIPS, 'readonly').objectStore(TIPS);
    return (await settled(tips.getAllKeys(below(folder)))).map(String);
  }

  /** Resolves when the transaction is on disk. */
  async #write(work: (tips: IDBObjectStore) => Promise<void>): Promise<void> {
    const transaction = this.database.transaction(TIPS, 'readwrite', { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('Aborted', 'AbortError'));
    });
    await Promise.all([work(transaction.objectStore(TIPS)), done]);
  }
}

/** The keys of everything below a folder: "0" follows "/". */
function below(folder: string): IDBKeyRange {
  return IDBKeyRange.bound(`${folder}/`, `${folder}0`, false, true);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('IndexedDB failed', 'UnknownError'));
  });
}
