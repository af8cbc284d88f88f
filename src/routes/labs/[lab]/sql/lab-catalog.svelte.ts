import { engine } from '$lib/engine.svelte.ts';
import type { LabName, TableSummary } from '../../../../../workers/api.ts';
import type { Catalog } from './catalog.ts';

/** Tables of a lab and their columns, for completion; columns are asked once per version of a table. */
export class LabCatalog {
  tables = $state.raw<TableSummary[] | null>(null);
  columns = $state.raw<Catalog>({});
  #versions: Record<string, number | null> = {};

  constructor(readonly lab: LabName) {}

  /** Reads the tables, then the columns of those that changed. A table that cannot be read has no columns to offer. */
  async refresh(): Promise<void> {
    await engine.ready;
    const tables = await engine.api.tables(this.lab);
    this.tables = tables;
    const known = this.columns;
    const entries = await Promise.all(
      tables.map(async ({ name, version }) => {
        const columns = known[name];
        if (columns && version !== null && this.#versions[name] === version) return [name, columns] as const;
        const detail = await engine.api.tableDetail(name, this.lab).catch(() => null);
        this.#versions[name] = version;
        return [name, detail?.columns ?? columns ?? []] as const;
      }),
    );
    this.columns = Object.fromEntries(entries);
  }
}
