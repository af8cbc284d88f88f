import { FileNotFoundError } from '../errors.ts';
import type { FileStore } from '../types.ts';

/** Lies in the store while labs are being replaced. */
const MARKER = 'restore.json';

/** A restore that has begun to replace labs and has not ended. */
export interface OpenRestore {
  labs: string[];
  /** Epoch ms. */
  startedAt: number;
}

/** The restore that a crash has interrupted, or undefined. Its labs are partly old and partly new until they are restored again or deleted. */
export async function readOpenRestore(store: FileStore): Promise<OpenRestore | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await store.read(MARKER))) as OpenRestore;
  } catch (cause) {
    if (cause instanceof FileNotFoundError) return undefined;
    throw cause;
  }
}

/** Notes that labs are being replaced; those of an earlier interrupted restore stay noted. */
export async function openRestore(store: FileStore, labs: string[], startedAt: number): Promise<void> {
  const before = await readOpenRestore(store);
  const all = [...new Set([...(before?.labs ?? []), ...labs])];
  await store.publish(MARKER, new TextEncoder().encode(JSON.stringify({ labs: all, startedAt })));
}

/** Notes that labs are whole again. */
export async function closeRestore(store: FileStore, labs: string[]): Promise<void> {
  const open = await readOpenRestore(store);
  if (!open) return;
  const left = open.labs.filter((lab) => !labs.includes(lab));
  if (left.length === 0) return store.remove(MARKER);
  await store.publish(MARKER, new TextEncoder().encode(JSON.stringify({ ...open, labs: left })));
}
