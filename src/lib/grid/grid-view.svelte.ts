import { makeBreath, nextTask } from './breath.ts';
import { allCells, moveCell, type Cell, type CellRange } from './cell-range.ts';
import type { GridColumn, GridTable } from './grid-table.ts';
import { maxOffset, offsetToReveal, visibleRows, type ScrollSizes } from './scroll-window.ts';
import { sortRows, type SortDirection } from './sort-rows.ts';
import { writeCells, type CopyFormat } from './write-cells.ts';

export const ROW_HEIGHT = 28;
export const HEAD_HEIGHT = 44;

const MIN_WIDTH = 56;
const MAX_WIDTH = 360;
const CHAR_PX = 8.1;
const PADDING_PX = 26;
/** Rows looked at, from the top and spread over the table, to guess how wide a column must be. */
const SAMPLE = 60;

export interface GridSort {
  column: number;
  direction: SortDirection;
}

/** Width that fits the name, the type, the first rows and a few of the others. */
export function fitColumn(column: GridColumn, rowCount: number): number {
  let longest = Math.max(column.name.length + 2, (column.type.length + (column.zone ? 6 : 0)) * 0.86);
  const step = Math.max(1, Math.floor(rowCount / SAMPLE));
  const sample = Array.from({ length: Math.min(SAMPLE, rowCount) }, (_, i) => [
    i,
    rowCount - 1 - i * step,
  ]).flat();
  for (const row of sample) {
    const length = column.text(row)?.length ?? 4;
    // Grouping adds a mark every three digits.
    longest = Math.max(longest, column.align === 'right' ? length * 1.25 : length);
  }
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, longest * CHAR_PX + PADDING_PX)));
}

function nextSort(sort: GridSort | null, column: number): GridSort | null {
  if (sort?.column !== column) return { column, direction: 'ascending' };
  return sort.direction === 'ascending' ? { column, direction: 'descending' } : null;
}

/** What the grid shows of one table: order, widths, place, selection. */
export class GridView {
  sort = $state.raw<GridSort | null>(null);
  sorting = $state(false);
  widths = $state<number[]>([]);
  range = $state.raw<CellRange | null>(null);
  /** Offset into the rows in pixels, as if all of them had their place. */
  offset = $state(0);
  /** Height for rows in pixels. */
  viewport = $state(0);
  #order = $state.raw<Uint32Array | null>(null);
  #stop: AbortController | null = null;

  constructor(readonly table: GridTable) {
    this.widths = table.columns.map((column) => fitColumn(column, table.rowCount));
  }

  get sizes(): ScrollSizes {
    return { rows: this.table.rowCount, rowHeight: ROW_HEIGHT, viewport: this.viewport };
  }

  /** Numbers of the rows to render, as shown. */
  get shown(): number[] {
    const { first, end } = visibleRows(this.sizes, this.offset);
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  }

  /** The table row behind a shown row. */
  rowAt(shown: number): number {
    return this.#order?.[shown] ?? shown;
  }

  textAt({ row, column }: Cell): string | null {
    return this.table.columns[column]?.text(this.rowAt(row)) ?? null;
  }

  /** Ascending, descending, as it came. A sort that is under way is given up. */
  async toggleSort(column: number): Promise<void> {
    this.#stop?.abort();
    const sort = nextSort(this.sort, column);
    const keys = sort && this.table.columns[column];
    this.sort = sort;
    if (!sort || !keys) {
      this.#order = null;
      this.sorting = false;
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.sorting = true;
    try {
      // The arrow in the header is drawn before the work begins.
      await nextTask();
      const pause = makeBreath(stop.signal);
      this.#order = await sortRows(keys.keys(), sort.direction, pause);
      this.sorting = false;
    } catch (thrown) {
      if (!stop.signal.aborted) throw thrown;
    }
  }

  resize(column: number, width: number): void {
    this.widths[column] = Math.round(Math.min(1200, Math.max(MIN_WIDTH, width)));
  }

  fit(column: number): void {
    const one = this.table.columns[column];
    if (one) this.widths[column] = fitColumn(one, this.table.rowCount);
  }

  scrollTo(offset: number): void {
    this.offset = Math.min(maxOffset(this.sizes), Math.max(0, offset));
  }

  select(cell: Cell, extend: boolean): void {
    this.range = { anchor: extend && this.range ? this.range.anchor : cell, head: cell };
  }

  selectAll(): void {
    this.range = allCells(this.#size);
  }

  /** Moves the active cell by a key and brings it into view; false when the key does not move. */
  move(key: string, ctrl: boolean, extend: boolean): boolean {
    const start = this.range?.head ?? { row: 0, column: 0 };
    const next = moveCell(start, key, ctrl, this.#size);
    if (!next) return false;
    this.select(this.range ? next : start, extend);
    this.scrollTo(offsetToReveal(this.sizes, this.offset, this.range?.head.row ?? 0));
    return true;
  }

  /** The selection, or everything when a single cell or nothing is selected and `all` is set. */
  copy(format: CopyFormat, all: boolean): string {
    const range = all || !this.range ? allCells(this.#size) : this.range;
    const source = { columns: this.table.columns, rowAt: (shown: number) => this.rowAt(shown) };
    return writeCells(source, range, format);
  }

  get #size() {
    const page = Math.max(1, Math.floor(this.viewport / ROW_HEIGHT) - 1);
    return { rows: this.table.rowCount, columns: this.table.columns.length, page };
  }
}
