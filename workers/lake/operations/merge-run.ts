import { AmbiguousMergeError, SchemaError } from '../errors.ts';
import { type ReadFile, type ReadScope, scopeOf } from '../log/conflict.ts';
import { requireWritable } from '../log/protocol.ts';
import { boundsOf } from '../stats/skipping.ts';
import type { AddFile, RowSession, Snapshot } from '../types.ts';
import {
  MATCHED,
  type MergeRequest,
  PAIRS,
  PAIR_COLUMNS,
  SOURCE,
  insertedSql,
  joinCondition,
  orphansSql,
  pairsSql,
  rewrittenSql,
} from './merge-clauses.ts';
import { keyCondition } from './merge-keys.ts';
import { type MergeCounts, countClause } from './merge-report.ts';
import type { RowChange } from './row-change.ts';
import { ROWS, columnsOf, eachFile, loadFile, quote, selectCount, selectRows } from './rows.ts';

/** One merge over one session: the source stays in a table, the target's files pass by one at a time. */
export class MergeRun {
  readonly #snapshot: Snapshot;

  constructor(
    readonly change: RowChange,
    readonly session: RowSession,
    readonly request: MergeRequest,
    readonly counts: MergeCounts,
  ) {
    this.#snapshot = change.snapshot;
  }

  /** Writes the drafts and names the files to remove; answers what the commit relies on. */
  async run(): Promise<ReadScope['reads']> {
    const { session, request, counts, change } = this;
    if (Array.isArray(request.on)) this.#requireKeys(request.on);
    await session.load(SOURCE, request.source.columns, request.source.ipc);
    await session.load(MATCHED, [{ name: 's', type: 'BIGINT' }], []);
    counts.source = await selectCount(session, `SELECT count(*) FROM ${SOURCE}`);
    await this.#requireSql();
    const reads = await this.#findScope();
    await this.#mergeFiles(this.#snapshot.files.filter((file) => reads === 'everything' || reads(file)));
    if (request.whenNotMatched) await this.#insertRows();
    if (change.removed.length > 0) {
      const { protocol, metadata, schema } = this.#snapshot;
      requireWritable(protocol, metadata, schema, change.log.name, 'changed');
    }
    return reads;
  }

  /** Every condition is asked of no rows first: a fault shows before any file is read. */
  async #requireSql(): Promise<void> {
    const { session, request, change } = this;
    const { schema } = change.shape;
    await session.load(ROWS, columnsOf(schema), []);
    await session.load(PAIRS, PAIR_COLUMNS, []);
    const { whenNotMatched, whenNotMatchedBySource } = request;
    await selectRows(session, pairsSql(request));
    await selectRows(session, rewrittenSql(request, schema));
    if (whenNotMatched)
      await selectRows(session, `SELECT 1 FROM (${insertedSql(whenNotMatched, request, schema)}) LIMIT 0`);
    if (whenNotMatchedBySource) await selectRows(session, orphansSql(whenNotMatchedBySource));
    await session.drop(ROWS);
    await session.drop(PAIRS);
  }

  /** The target files that may hold rows of interest, and with them the commits of others that are conflicts. */
  async #findScope(): Promise<'everything' | ((file: ReadFile) => boolean)> {
    const { on, whenNotMatchedBySource } = this.request;
    const { schema } = this.change.shape;
    if (typeof on === 'string' || whenNotMatchedBySource) return 'everything';
    const condition = await keyCondition(this.session, on, schema);
    if (condition === null) return () => false;
    const test = this.change.ports.rows.mayMatch(condition, columnsOf(schema));
    return scopeOf(this.#snapshot.files, (file) => test(boundsOf(file, schema)));
  }

  #requireKeys(keys: string[]): void {
    const names = this.#snapshot.schema.fields.map(({ name }) => name);
    const missing = keys.find((key) => !names.includes(key));
    if (keys.length > 0 && missing === undefined) return;
    throw new SchemaError(
      `MERGE into ${this.change.log.name}: ${missing === undefined ? 'no key column is named' : `key column ${missing} is not in the table`}; its columns are ${names.join(', ')}.`,
    );
  }

  async #mergeFiles(files: AddFile[]): Promise<void> {
    const { change, session, request } = this;
    const { log, ports, shape } = change;
    const clauses = [...(request.whenMatched ?? []), request.whenNotMatchedBySource];
    const keysSuffice = clauses.every((clause) => clause?.condition === undefined);
    const columns = Array.isArray(request.on) && keysSuffice ? request.on : null;
    for await (const file of eachFile(log, ports, session, files, shape, columns)) {
      await this.#keep(pairsSql(request), PAIRS, PAIR_COLUMNS);
      await this.#keep(`SELECT DISTINCT s FROM ${PAIRS}`, MATCHED, [{ name: 's', type: 'BIGINT' }]);
      if (await this.#changesRows(columns)) {
        if (columns) await loadFile(log, ports, session, file, shape);
        await this.#rewrite(file);
      }
      await session.drop(PAIRS);
    }
  }

  /** Counts what happens to the rows of the file at hand; false when nothing does. */
  async #changesRows(columns: string[] | null): Promise<boolean> {
    const { session, request, counts } = this;
    const { whenMatched = [], whenNotMatchedBySource } = request;
    const applied = await selectRows(
      session,
      `SELECT clause, count(*) AS pairs, count(DISTINCT t) AS targets FROM ${PAIRS} WHERE clause IS NOT NULL GROUP BY clause`,
    );
    const [only] = whenMatched;
    // Whichever of several source rows deletes it: the target row is gone.
    const isPlainDelete = whenMatched.length === 1 && only?.then === 'delete' && only.condition === undefined;
    if (!isPlainDelete) await this.#requireUnambiguous(columns);
    for (const { clause, targets } of applied)
      countClause(counts, whenMatched[Number(clause)], Number(targets));
    const orphans = whenNotMatchedBySource
      ? await selectCount(session, orphansSql(whenNotMatchedBySource))
      : 0;
    counts.orphans += orphans;
    return applied.length > 0 || orphans > 0;
  }

  async #requireUnambiguous(columns: string[] | null): Promise<void> {
    const { session, request, change } = this;
    const [several] = await selectRows(
      session,
      `SELECT t, count(*) AS rows FROM ${PAIRS} WHERE clause IS NOT NULL GROUP BY t HAVING count(*) > 1 LIMIT 1`,
    );
    if (!several) return;
    const shown = columns ?? (Array.isArray(request.on) ? request.on : ['*']);
    const names = shown.map((name) => (name === '*' ? name : quote(name))).join(', ');
    const [row] = await selectRows(
      session,
      `SELECT tarn_row::VARCHAR AS row FROM (SELECT ${names} FROM ${ROWS} WHERE rowid = ${several.t}) AS tarn_row`,
    );
    throw new AmbiguousMergeError(
      change.log.name,
      Number(several.rows),
      joinCondition(request.on),
      String(row?.row),
    );
  }

  async #rewrite(file: AddFile): Promise<void> {
    const { session, change, request, counts } = this;
    counts.read += await selectCount(session, `SELECT count(*) FROM ${ROWS}`);
    change.remove([file]);
    await change.drafts.write(
      session.select(rewrittenSql(request, change.shape.schema), change.ports.signal),
    );
    counts.written = change.drafts.numRecords;
  }

  async #insertRows(): Promise<void> {
    const { session, change, request, counts } = this;
    const sql = insertedSql(request.whenNotMatched ?? {}, request, change.shape.schema);
    await change.drafts.write(session.select(sql, change.ports.signal));
    counts.inserted = change.drafts.numRecords - counts.written;
  }

  /** Adds the rows of a SELECT to a private table. */
  async #keep(sql: string, table: string, columns: typeof PAIR_COLUMNS): Promise<void> {
    const streams: Uint8Array[] = [];
    for await (const ipc of this.session.select(sql, this.change.ports.signal)) streams.push(ipc);
    await this.session.load(table, columns, streams);
  }
}
