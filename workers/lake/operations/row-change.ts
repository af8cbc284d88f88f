import { SchemaError } from '../errors.ts';
import type { ReadScope } from '../log/conflict.ts';
import { requireWritable, upgradeFor } from '../log/protocol.ts';
import type { CommitStep, TableLog } from '../log/table-log.ts';
import { deltaTypeOf } from '../schema/duckdb-types.ts';
import { type Evolution, describeType, evolveSchema, requirePresent } from '../schema/evolution.ts';
import { field, sameSchema, serializeSchema, validateSchema } from '../schema/schema.ts';
import { sharesStorage } from '../schema/widening.ts';
import type {
  Action,
  AddFile,
  CommitOptions,
  CommitResult,
  Snapshot,
  StructType,
  WrittenFile,
} from '../types.ts';
import { Drafts, compressionOf } from './drafts.ts';
import { requireDeletable, requirePartitionValues } from './requirements.ts';
import { type Column, type FileShape, type RowPorts, withSession } from './rows.ts';
import { type Rule, checkRules, notNullRules, requireRules } from './rules.ts';

/** Rows that go into a table: data files with the schema they were encoded with (the table's, unless told), or Arrow streams. */
export type NewRows =
  { files: WrittenFile[]; schema?: StructType } | { columns: Column[]; ipc: Uint8Array[] };

export interface RowOptions {
  /** Columns that the table lacks are added, and types widened (delta.md section 3). */
  mergeSchema?: boolean;
  commit?: CommitOptions;
}

/**
 * A commit that changes rows, in the making: its schema, the files that leave, those that come, and the rules that the new ones
 * keep. Nothing of it is in the table before `commit`; `drafts` are deleted when it comes to nothing.
 */
export class RowChange {
  readonly drafts: Drafts;
  readonly removed: AddFile[] = [];
  /** Columns as files are read and written from now on. */
  readonly shape: FileShape;
  readonly #evolution: Evolution;
  /** Old files that are written again in the wider types; their rows stay. */
  readonly #widened: AddFile[] = [];
  readonly #ofRows: FileShape;

  constructor(
    readonly log: TableLog,
    readonly ports: RowPorts,
    readonly snapshot: Snapshot,
    readonly rows: NewRows,
    readonly options: RowOptions,
  ) {
    const { metadata, schema, protocol } = snapshot;
    requireWritable(protocol, metadata, schema, log.name, 'checked');
    const { partitionColumns } = metadata;
    const { mergeSchema } = options;
    this.#evolution = evolveSchema(log.name, schema, schemaOf(rows, schema), {
      mergeSchema,
      partitionColumns,
    });
    validateSchema(this.#evolution.schema, partitionColumns);
    this.shape = { schema: this.#evolution.schema, partitionColumns };
    this.#ofRows = { schema: this.#evolution.ofRows, partitionColumns };
    this.drafts = new Drafts(log, ports, this.shape, compressionOf(metadata));
  }

  /** Files that leave the table. @throws InvalidCommitError for an append-only table */
  remove(files: AddFile[]): void {
    requireDeletable(this.log.name, { ...this.snapshot, files });
    this.removed.push(...files);
  }

  /** Writes the new rows, where they are not files already. @throws SchemaError, InvalidCommitError */
  async writeRows(): Promise<WrittenFile[]> {
    const { rows, drafts, log, shape } = this;
    requirePresent(log.name, shape.schema, this.#ofRows.schema);
    if ('ipc' in rows) {
      const before = drafts.files.length;
      await drafts.write(rows.ipc, this.#ofRows);
      return drafts.files.slice(before);
    }
    requirePartitionValues(log.name, rows.files, shape.partitionColumns);
    if (rows.schema) requireReadableAs(log.name, rows.schema, this.#evolution.ofRows, shape.partitionColumns);
    await log.publishFiles(rows.files);
    drafts.files.push(...rows.files);
    return rows.files;
  }

  /** NOT NULL, CHECK and the given rules, asked of the new files. @throws ConstraintError */
  async requireRules(written: WrittenFile[], more: Rule[] = []): Promise<void> {
    const { log, ports, shape, snapshot } = this;
    const files = written.map(({ add }) => add);
    const rules = [...notNullRules(log.name, shape.schema, files), ...checkRules(snapshot.metadata), ...more];
    if (rules.length === 0 || files.length === 0) return;
    await withSession(ports.rows, (session) => requireRules(log, ports, session, { shape, rules, files }));
  }

  /** Writes the files that stay once more where the table's types outgrow them. */
  async rewriteOutgrown(): Promise<void> {
    if (this.#evolution.outgrown.length === 0) return;
    const leaving = new Set(this.removed);
    for (const add of this.snapshot.files.filter((file) => !leaving.has(file))) {
      const job = { tablePath: this.log.path, add, ...this.shape, columns: null };
      const before = this.drafts.files.length;
      await this.drafts.write([await this.ports.codec.decode(job, this.ports.signal)]);
      // The rows are those that were there: readers of changes need not see them.
      for (const file of this.drafts.files.slice(before)) file.add.dataChange = false;
      this.#widened.push(add);
    }
  }

  /** True when the commit would change nothing. */
  get isEmpty(): boolean {
    const { drafts, removed, options } = this;
    const hasFiles = drafts.files.length + removed.length > 0;
    return !hasFiles && this.#schemaActions().length === 0 && options.commit?.txn === undefined;
  }

  /** Publishes everything as one version. @throws CommitConflictError; the drafts are deleted then */
  async commit(
    step: Pick<CommitStep, 'defaults' | 'metrics' | 'files'> & { reads: ReadScope['reads'] },
  ): Promise<CommitResult> {
    const { log, snapshot, drafts, removed, options } = this;
    return drafts.commit((files) =>
      log.commit({
        readVersion: snapshot.version,
        actions: [
          ...this.#schemaActions(),
          ...removed.map((file) => ({ remove: log.removeOf(file) })),
          ...this.#widened.map((file) => ({ remove: log.removeOf(file, false) })),
          ...files.map(({ add }) => ({ add })),
        ],
        options: options.commit ?? {},
        ...step,
        // Every file was read: whatever was added since would keep the narrow type.
        reads: this.#evolution.outgrown.length > 0 ? 'everything' : step.reads,
      }),
    );
  }

  #schemaActions(): Action[] {
    const { protocol, metadata, schema: before } = this.snapshot;
    const { schema } = this.shape;
    if (sameSchema(before, schema)) return [];
    const upgrade = upgradeFor(protocol, schema);
    const metaData = { ...metadata, schemaString: serializeSchema(schema) };
    return [...(upgrade ? [{ protocol: upgrade }] : []), { metaData }];
  }
}

function schemaOf(rows: NewRows, ofTable: StructType): StructType {
  if ('files' in rows) return rows.schema ?? ofTable;
  return { type: 'struct', fields: rows.columns.map(({ name, type }) => field(name, deltaTypeOf(type))) };
}

/** @throws SchemaError when a file has a type that other engines could not read as the table's */
function requireReadableAs(
  table: string,
  found: StructType,
  wanted: StructType,
  partitionColumns: string[],
): void {
  for (const { name, type } of found.fields) {
    const column = wanted.fields.find((other) => other.name === name);
    if (!column || partitionColumns.includes(name) || sharesStorage(type, column.type)) continue;
    throw new SchemaError(
      `Column ${name} of table ${table}: the files hold ${describeType(type)}, the table ${describeType(column.type)}: encode them with the table's type.`,
    );
  }
}
