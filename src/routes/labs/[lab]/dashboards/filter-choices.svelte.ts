import { readChartRows, type ChartRow } from '$lib/charts/chart-rows.ts';
import type { FilterSpec } from '$lib/charts/dashboard-spec.ts';
import type { DateRange } from '$lib/charts/filter-values.ts';
import type { ChartValue } from '$lib/charts/format-value.ts';
import { engine } from '$lib/engine.svelte.ts';
import { EngineAnswer } from '$lib/grid/engine-answer.svelte.ts';
import { openGridIpc } from '$lib/grid/grid-table.ts';
import type { LabName } from '../../../../../workers/api.ts';

/** More choices than this are no choice. */
const LIMIT = 1000;

const day = (value: ChartValue | undefined) => String(value ?? '').slice(0, 10);

/** What each filter can be set to: the first and last day, or the values. */
export class FilterChoices {
  readonly bounds: Record<string, EngineAnswer<DateRange>> = {};
  readonly values: Record<string, EngineAnswer<string[]>> = {};

  constructor(
    readonly lab: LabName,
    readonly filters: FilterSpec[],
  ) {
    for (const { name, kind } of filters) {
      if (kind === 'date_range') this.bounds[name] = new EngineAnswer();
      else this.values[name] = new EngineAnswer();
    }
  }

  /** Asks the tables; a filter whose question fails says so in its own place. */
  async load(): Promise<void> {
    await Promise.all(this.filters.map((filter) => this.#loadOne(filter)));
  }

  async #loadOne(filter: FilterSpec): Promise<void> {
    if (filter.kind === 'date_range') {
      await this.bounds[filter.name]?.ask(async () => {
        const [row] = await this.#read(filter.bounds);
        return { from: day(row?.['lo']), to: day(row?.['hi']) };
      });
      return;
    }
    await this.values[filter.name]?.ask(async () => {
      const rows = await this.#read(filter.values);
      return rows.map((row) => String(row['value'] ?? '')).filter((value) => value !== '');
    });
  }

  async #read(sql: string): Promise<ChartRow[]> {
    await engine.ready;
    const { ipc, columns } = await engine.api.queryArrow(sql, { lab: this.lab, limit: LIMIT });
    return readChartRows(openGridIpc(ipc, columns));
  }
}
