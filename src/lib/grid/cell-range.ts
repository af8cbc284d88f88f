/** A place in the grid as shown: `row` counts in the present sort order. */
export interface Cell {
  row: number;
  column: number;
}

/** A rectangle of cells: where it began and where it is now; both ends belong to it. */
export interface CellRange {
  anchor: Cell;
  head: Cell;
}

export interface GridSize {
  rows: number;
  columns: number;
  /** Rows that fit on one page. */
  page: number;
}

/** The rectangle with its corners in order; ends are exclusive. */
export function boundsOf({ anchor, head }: CellRange) {
  return {
    top: Math.min(anchor.row, head.row),
    bottom: Math.max(anchor.row, head.row) + 1,
    left: Math.min(anchor.column, head.column),
    right: Math.max(anchor.column, head.column) + 1,
  };
}

export function isInside(range: CellRange, row: number, column: number): boolean {
  const { top, bottom, left, right } = boundsOf(range);
  return row >= top && row < bottom && column >= left && column < right;
}

export function allCells({ rows, columns }: GridSize): CellRange {
  return {
    anchor: { row: 0, column: 0 },
    head: { row: Math.max(0, rows - 1), column: Math.max(0, columns - 1) },
  };
}

const clamp = (value: number, count: number) => Math.min(Math.max(0, value), Math.max(0, count - 1));

/** Where a key leads from a cell; null when the key does not move. With Ctrl, arrows and Home/End go to the edges. */
export function moveCell(cell: Cell, key: string, ctrl: boolean, size: GridSize): Cell | null {
  const steps: Record<string, [number, number]> = {
    ArrowUp: [ctrl ? -size.rows : -1, 0],
    ArrowDown: [ctrl ? size.rows : 1, 0],
    ArrowLeft: [0, ctrl ? -size.columns : -1],
    ArrowRight: [0, ctrl ? size.columns : 1],
    PageUp: [-size.page, 0],
    PageDown: [size.page, 0],
    Home: [ctrl ? -size.rows : 0, -size.columns],
    End: [ctrl ? size.rows : 0, size.columns],
  };
  const step = steps[key];
  if (!step) return null;
  return { row: clamp(cell.row + step[0], size.rows), column: clamp(cell.column + step[1], size.columns) };
}
