import { LogError, StorageFullError } from './errors.ts';
import { deleteEntries } from './log/delete-entries.ts';
import { logHealth } from './log/health.ts';
import { LostTables } from './lost-tables.ts';
import { LAKE_ROOT, tablePath } from './path.ts';
import { DeltaTable } from './table.ts';
import type { FileStore, LakeEnv, TableProblem, TableRef } from './types.ts';
import { type View, type ViewColumn, readView, viewPath, writeView } from './views.ts';

/** What a folder of the lake holds. A log wins over a view file. */
type RelationKind = 'table' | 'view';

/**
 * All tables and views of a store: `lake/<lab>/<schema>/<name>/`. Keep one instance: its tables remember what they read, so
 * that asking before every query costs a listing of folders and one probe per table.
 */
export class Lake {
  readonly #tables = new Map<string, DeltaTable>();
  readonly #kinds = new Map<string, RelationKind>();
  readonly #views = new Map<string, View>();
  readonly #lost: LostTables;

  constructor(
    readonly store: FileStore,
    readonly env: LakeEnv,
  ) {
    this.#lost = new LostTables(env, (ref) => this.table(ref).log);
  }

  /** The table of that name, which need not exist yet. */
  table(ref: TableRef): DeltaTable {
    const path = tablePath(ref);
    const table = this.#tables.get(path) ?? new DeltaTable(this.store, ref, this.env);
    this.#tables.set(path, table);
    return table;
  }

  /** Names of the labs that have a folder, sorted. */
  labs(): Promise<string[]> {
    return this.#folders(LAKE_ROOT);
  }

  /**
   * Tables of a lab, sorted by schema, then name. Among them are those whose log is broken, and those that a power cut took away
   * altogether, until the loss is accepted: their `snapshot` throws, see `health`.
   */
  async tables(lab: string): Promise<TableRef[]> {
    const found = await this.#relations(lab, 'table');
    const lost = await this.#lost.find(lab, found);
    return lost.length > 0 ? [...found, ...lost].sort(byName) : found;
  }

  /**
   * Why a table cannot be read, or what it has lost, and what mends it; null when nothing is wrong with its log. Data files are
   * not looked at. Costs a `snapshot`, which is a probe when the table is known.
   * @throws TableNotFoundError
   */
  health(ref: TableRef): Promise<TableProblem | null> {
    return logHealth(this.table(ref).log);
  }

  /** Views of a lab, sorted by schema, then name. One whose file is broken is left out, with a warning. */
  async views(lab: string): Promise<View[]> {
    const refs = await this.#relations(lab, 'view');
    const found = await Promise.all(refs.map((ref) => this.#readableView(ref)));
    return found.filter((view) => view !== undefined);
  }

  /** One view, or undefined. */
  async view(ref: TableRef): Promise<View | undefined> {
    const path = tablePath(ref);
    const kept = this.#views.get(path);
    if (kept) return kept;
    const view = await readView(this.store, ref);
    if (view) this.#views.set(path, view);
    return view;
  }

  /** Keeps a view's SQL, so that it can be made again after a reload. A table of that name is dropped, history and all. */
  async publishView(ref: TableRef, sql: string, columns: ViewColumn[]): Promise<View> {
    const previous = await this.view(ref);
    const publishedAt = Math.max(this.env.clock.now(), (previous?.publishedAt ?? 0) + 1);
    const view = { ref, sql, columns, publishedAt };
    await writeView(this.store, view);
    await this.#removeTableFiles(ref);
    this.#forget(ref);
    this.#views.set(tablePath(ref), view);
    return view;
  }

  /** Nothing happens when there is no such view. */
  async removeView(ref: TableRef): Promise<void> {
    await this.store.remove(viewPath(ref));
    this.#forget(ref);
  }

  /**
   * Deletes a table or view with its files and history; a mark says so from the first moment, and `finishDrops` ends what was cut
   * off. Nothing happens when there is none.
   */
  async drop(ref: TableRef): Promise<void> {
    await this.#markDropped(ref);
    await this.#removeTableFiles(ref);
    await this.store.removeFolder(tablePath(ref));
    this.#forget(ref);
  }

  /** Ends the drops that a crash has cut off. To be called before anything is read. */
  async finishDrops(): Promise<void> {
    const labs = await Promise.all((await this.labs()).map((lab) => this.places(lab)));
    const isMarked = async (ref: TableRef) => (await this.store.size(dropMark(ref))) !== undefined;
    const drops = labs.flat().map(async (ref) => {
      if (await isMarked(ref)) await this.drop(ref);
    });
    await Promise.all(drops);
  }

  /** To be called when a table's files were exchanged from outside: what is remembered of it goes, in the mirror of tips too. */
  async forget(ref: TableRef): Promise<void> {
    await this.env.tips?.forget(tablePath(ref));
    this.#forget(ref);
  }

  async #relations(lab: string, wanted: RelationKind): Promise<TableRef[]> {
    const refs = await this.places(lab);
    const kinds = await Promise.all(refs.map((ref) => this.#kindOf(ref)));
    return refs.filter((_, index) => kinds[index] === wanted);
  }

  /** Everything of a lab that has a folder: a table, a view, or what a crash left of one. */
  async places(lab: string): Promise<TableRef[]> {
    const refs: TableRef[] = [];
    for (const schema of await this.#folders(`${LAKE_ROOT}/${lab}`)) {
      for (const name of await this.#folders(`${LAKE_ROOT}/${lab}/${schema}`))
        refs.push({ lab, schema, name });
    }
    return refs;
  }

  async #markDropped(ref: TableRef): Promise<void> {
    try {
      await this.store.publish(dropMark(ref), new TextEncoder().encode('This table is being dropped.\n'));
    } catch (cause) {
      // Dropping is how room is made.
      if (!(cause instanceof StorageFullError)) throw cause;
    }
  }

  async #kindOf(ref: TableRef): Promise<RelationKind | undefined> {
    const path = tablePath(ref);
    // A table stays a table until it is dropped; a view may become one when its model is materialised.
    if (this.#kinds.get(path) === 'table') return 'table';
    const kind = await this.#probeKind(ref);
    if (kind) this.#kinds.set(path, kind);
    return kind;
  }

  async #probeKind(ref: TableRef): Promise<RelationKind | undefined> {
    if (await this.#holdsTable(ref)) return 'table';
    return (await this.store.size(viewPath(ref))) ? 'view' : undefined;
  }

  async #holdsTable(ref: TableRef): Promise<boolean> {
    try {
      return await this.table(ref).exists();
    } catch (cause) {
      if (cause instanceof LogError) return true;
      throw cause;
    }
  }

  async #readableView(ref: TableRef): Promise<View | undefined> {
    try {
      return await this.view(ref);
    } catch (cause) {
      if (!(cause instanceof LogError)) throw cause;
      this.env.onWarning?.(cause);
      return undefined;
    }
  }

  /** All but the files whose names start with "_"; the log goes first. */
  async #removeTableFiles(ref: TableRef): Promise<void> {
    const path = tablePath(ref);
    await this.env.tips?.forget(path);
    await deleteEntries(this.store, path);
    for (const { name, kind } of await this.store.list(path)) {
      if (kind === 'directory') await this.store.removeFolder(`${path}/${name}`);
      else if (!name.startsWith('_')) await this.store.remove(`${path}/${name}`);
    }
  }

  #forget(ref: TableRef): void {
    const path = tablePath(ref);
    this.#tables.delete(path);
    this.#kinds.delete(path);
    this.#views.delete(path);
  }

  async #folders(folder: string): Promise<string[]> {
    const entries = await this.store.list(folder);
    return entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
  }
}

/** Is in a table's folder from the beginning of its drop to the end. */
function dropMark(ref: TableRef): string {
  return `${tablePath(ref)}/_dropped`;
}

function byName(a: TableRef, b: TableRef): number {
  return sortText(a.schema, b.schema) || sortText(a.name, b.name);
}

function sortText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
