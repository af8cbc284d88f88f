import { FileNotFoundError, LogError } from './errors.ts';
import { tableName, tablePath } from './path.ts';
import type { FileStore, TableRef } from './types.ts';

export interface ViewColumn {
  name: string;
  /** DuckDB type name. */
  type: string;
}

/** A view as it is kept: SQL text, and what it yields. */
export interface View {
  ref: TableRef;
  sql: string;
  columns: ViewColumn[];
  /** Milliseconds since the Unix epoch; grows with every publication, so that caches can tell. */
  publishedAt: number;
}

/** `lake/<lab>/<schema>/<name>/_view.json`; names that start with `_` are no data files to any Delta reader. */
export function viewPath(ref: TableRef): string {
  return `${tablePath(ref)}/_view.json`;
}

/** Writes the view's file. */
export async function writeView(store: FileStore, { ref, ...content }: View): Promise<void> {
  await store.publish(viewPath(ref), new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
}

/** The view, or undefined. @throws LogError when the file is there and is no view */
export async function readView(store: FileStore, ref: TableRef): Promise<View | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.read(viewPath(ref));
  } catch (cause) {
    if (cause instanceof FileNotFoundError) return undefined;
    throw cause;
  }
  try {
    const { sql, columns, publishedAt } = JSON.parse(new TextDecoder().decode(bytes)) as Omit<View, 'ref'>;
    return { ref, sql, columns, publishedAt };
  } catch (cause) {
    throw new LogError(`The view ${tableName(ref)} cannot be read (${viewPath(ref)}): run its model again.`, {
      cause,
    });
  }
}
