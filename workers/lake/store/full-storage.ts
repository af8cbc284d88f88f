/** What a full storage looks like: the browser's error, and ours. */
import { StorageFullError } from '../errors.ts';

/** Runs what writes `path`; a quota that is reached becomes an error that says what to do. @throws StorageFullError */
export async function namingFullStorage<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!isQuotaExceeded(cause)) throw cause;
    throw new StorageFullError(path, await usedBytes(), { cause });
  }
}

/** True for the browser's own error, which is a `DOMException` in some and a class of its own in others. */
export function isQuotaExceeded(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

async function usedBytes(): Promise<number | undefined> {
  try {
    return (await navigator.storage.estimate()).usage;
  } catch {
    // The figure is only told; the error is about the writing.
    return undefined;
  }
}
