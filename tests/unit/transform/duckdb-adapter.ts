import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { printRelation } from '../../../workers/transform/naming.ts';
import type { Adapter, AdapterResponse, Relation } from '../../../workers/transform/types.ts';

/** dbt's adapter over native DuckDB, in memory: what SQL means, without a lake. The catalog is `lab`. */
export class DuckDbAdapter implements Adapter {
  readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  static async open(setup: string): Promise<DuckDbAdapter> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run("attach ':memory:' as lab; use lab;");
    await connection.run(setup);
    return new DuckDbAdapter(connection);
  }

  async getRelation({ database, schema, identifier }: Relation): Promise<'table' | 'view' | null> {
    const where = `table_catalog = '${database}' and table_schema = '${schema}' and table_name = '${identifier}'`;
    const [row] = await this.query(`select table_type from information_schema.tables where ${where}`);
    return row ? (row.table_type === 'VIEW' ? 'view' : 'table') : null;
  }

  createTableAs(relation: Relation, sql: string): Promise<AdapterResponse> {
    return this.#create('table', relation, sql);
  }

  createViewAs(relation: Relation, sql: string): Promise<AdapterResponse> {
    return this.#create('view', relation, sql);
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjects();
  }

  async #create(kind: 'table' | 'view', relation: Relation, sql: string): Promise<AdapterResponse> {
    await this.connection.run(`create schema if not exists "${relation.database}"."${relation.schema}"`);
    await this.connection.run(`create or replace ${kind} ${printRelation(relation)} as (${sql}\n)`);
    return { rows_affected: 0, bytes: 0, files: 0, version: null };
  }
}
