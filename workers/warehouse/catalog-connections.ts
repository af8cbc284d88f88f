/** The connections on which relations are made and dropped. */

import type { Connection } from './connection.ts';
import type { Engine } from './engine.ts';
import { quoteIdentifier } from './sql-text.ts';

/** One connection per catalog, whose unqualified names resolve there; forgotten at a restart. */
export class CatalogConnections {
  private readonly open = new Map<string, Connection>();

  constructor(private readonly engine: Engine) {
    engine.onRestart(() => this.open.clear());
  }

  /** The catalog's connection; '' stands for no catalog. */
  async of(catalog: string): Promise<Connection> {
    const known = this.open.get(catalog);
    if (known) return known;
    const connection = await this.engine.connect();
    this.open.set(catalog, connection);
    if (catalog !== '') await connection.execute(`USE ${quoteIdentifier(catalog)}`);
    return connection;
  }
}
