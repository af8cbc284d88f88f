/** One session for each catalog that was asked, and statements made ready to run in it. */

import type { Catalogs } from './catalogs.ts';
import type { Engine } from './engine.ts';
import type { Job } from './runner.ts';
import { Session } from './session.ts';
import { quoteIdentifier } from './sql-text.ts';
import type { Statement } from './statements.ts';
import type { QueryRun } from './types.ts';

/** All methods expect the caller to hold the turn of the statement queue. */
export class Sessions {
  private readonly open = new Map<string, Session>();

  constructor(
    private readonly engine: Engine,
    private readonly catalogs: Catalogs,
  ) {
    engine.onRestart(() => this.open.clear());
  }

  /** The session of a catalog, which is in step with the lake. */
  async of(name: string): Promise<Session> {
    const catalog = await this.catalogs.sync(name);
    const known = this.open.get(name);
    if (known) return known;
    const connection = await this.engine.connect();
    await connection.execute(useSql(name));
    const session = new Session(connection, catalog);
    this.open.set(name, session);
    return session;
  }

  /** The job that a statement is, with the versions of tables that it names. */
  async prepare(
    statement: Statement,
    text: string,
    { catalog, signal }: QueryRun,
  ): Promise<{ job: Job; session: Session }> {
    const session = await this.of(catalog);
    const { connection, definitions } = session;
    const resolved = await this.catalogs.resolve(statement, text, session.catalog);
    return { job: { statement: resolved, text, catalog, connection, definitions, signal }, session };
  }
}

/** Makes unqualified names of a connection resolve in a catalog. */
export function useSql(catalog: string): string {
  return `USE ${quoteIdentifier(catalog)}`;
}
