import { missingColumns, readChartRows, type ChartRow } from '$lib/charts/chart-rows.ts';
import { DashboardError } from '$lib/charts/dashboard-error.ts';
import type { FilterSpec, TileSpec } from '$lib/charts/dashboard-spec.ts';
import { fillFilters } from '$lib/charts/filter-sql.ts';
import type { FilterValues } from '$lib/charts/filter-values.ts';
import { engine } from '$lib/engine.svelte.ts';
import { EngineAnswer } from '$lib/grid/engine-answer.svelte.ts';
import { openGridIpc, type GridTable } from '$lib/grid/grid-table.ts';
import type { LabName } from '../../../../../workers/api.ts';

/** Rows of a tile: as the grid and files want them, and as the chart wants them. */
export interface TileRows {
  table: GridTable;
  rows: ChartRow[];
}

/** A chart of more rows than this tells nobody anything. */
const LIMIT = 20_000;

let asked = 0;

/** One tile's question to the engine. A newer question cancels the older one. */
export class TileQuery {
  readonly answer = new EngineAnswer<TileRows>();
  #running: string | null = null;

  constructor(
    readonly lab: LabName,
    readonly tile: TileSpec,
    readonly filters: FilterSpec[],
  ) {}

  /** SQL of the tile with the filters filled in. */
  sqlOf(values: FilterValues): string {
    return fillFilters(this.tile.sql, this.filters, values);
  }

  async ask(values: FilterValues): Promise<void> {
    const sql = this.sqlOf(values);
    await this.cancel();
    await this.answer.ask(() => this.#read(sql));
  }

  /** Gives up the question that is under way, if there is one. */
  async cancel(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running !== null) await engine.api.cancelQuery(running);
  }

  async #read(sql: string): Promise<TileRows> {
    await engine.ready;
    const queryId = `tile-${this.tile.name}-${++asked}`;
    this.#running = queryId;
    try {
      const result = await engine.api.queryArrow(sql, { lab: this.lab, queryId, limit: LIMIT });
      const table = openGridIpc(result.ipc, result.columns);
      this.#check(table);
      return { table, rows: readChartRows(table) };
    } finally {
      if (this.#running === queryId) this.#running = null;
    }
  }

  #check(table: GridTable): void {
    const { name, x, y, z, series } = this.tile;
    const missing = missingColumns(table, [x, ...y, z, series]);
    if (missing.length === 0) return;
    const has = table.columns.map((column) => column.name).join(', ');
    throw new DashboardError(`tile "${name}"`, [
      `its query has no column ${missing.join(', ')}; it has ${has}`,
    ]);
  }
}
