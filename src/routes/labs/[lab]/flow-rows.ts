/** Something that takes a place in a column: a node, or the lane of an edge that passes by. */
export interface Item {
  id: string;
  height: number;
  /** Ids of items in the column before. */
  parents: string[];
}

/** How often the columns are gone through, there and back. */
const SWEEPS = 4;

/** Orders every column so that few edges cross, then gives every item the middle of its place; `gap` lies between items. */
export function placeRows(columns: Item[][], gap: number): Map<string, number> {
  const links = linksOf(columns);
  let best = columns;
  for (const start of startsOf(columns)) {
    let order = start;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      order = sortColumns(order, links.parents);
      if (countCrossings(order) < countCrossings(best)) best = order;
      order = sortColumns([...order].reverse(), links.children).reverse();
      if (countCrossings(order) < countCrossings(best)) best = order;
    }
  }
  return alignColumns(best, links, gap);
}

/** Orders to begin with: sorting by neighbours only finds the best order near the one it starts from. */
function startsOf(columns: Item[][]): Item[][][] {
  const turns = columns[0] ?? [];
  return turns.flatMap((_, by) => {
    const turned = columns.map((column, i) =>
      i === 0 ? [...column.slice(by), ...column.slice(0, by)] : column,
    );
    return [turned, turned.map((column) => [...column].reverse())];
  });
}

type Links = Map<string, string[]>;

function linksOf(columns: Item[][]): { parents: Links; children: Links } {
  const parents: Links = new Map();
  const children: Links = new Map();
  for (const item of columns.flat()) {
    parents.set(item.id, item.parents);
    for (const parent of item.parents) children.set(parent, [...(children.get(parent) ?? []), item.id]);
  }
  return { parents, children };
}

function mean(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sorts each column by where its neighbours in the column before stand; items without any keep their place. */
function sortColumns(columns: Item[][], links: Links): Item[][] {
  const places = new Map<string, number>();
  return columns.map((column) => {
    const wish = new Map(
      column.map((item, i) => {
        const near = (links.get(item.id) ?? []).flatMap((id) => places.get(id) ?? []);
        return [item.id, mean(near) ?? (i + 0.5) / column.length] as const;
      }),
    );
    const sorted = [...column].sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0));
    sorted.forEach((item, i) => places.set(item.id, (i + 0.5) / sorted.length));
    return sorted;
  });
}

/** How often edges cross; `columns` are in order. */
function countCrossings(columns: Item[][]): number {
  let crossings = 0;
  for (const [c, column] of columns.entries()) {
    const before = new Map((columns[c - 1] ?? []).map((item, i) => [item.id, i]));
    const edges = column.flatMap((item, to) =>
      item.parents.flatMap((id) => {
        const from = before.get(id);
        return from === undefined ? [] : [{ from, to }];
      }),
    );
    for (const a of edges) crossings += edges.filter((b) => a.from < b.from && a.to > b.to).length;
  }
  return crossings;
}

/** Moves items towards their neighbours, there and back, without changing an order. */
function alignColumns(columns: Item[][], links: { parents: Links; children: Links }, gap: number) {
  const middles = new Map<string, number>();
  for (const column of columns) spread(column, gap, () => 0, middles);
  const pull = (towards: Links) => (item: Item) =>
    mean((towards.get(item.id) ?? []).flatMap((id) => middles.get(id) ?? [])) ?? middles.get(item.id) ?? 0;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of [...columns].reverse()) spread(column, gap, pull(links.children), middles);
    for (const column of columns) spread(column, gap, pull(links.parents), middles);
  }
  return middles;
}

/** Puts a column's items as near to their wishes as their order and heights allow (least squares, pool adjacent violators). */
function spread(
  column: Item[],
  gap: number,
  wishOf: (item: Item) => number,
  middles: Map<string, number>,
): void {
  const offsets: number[] = [];
  column.forEach((item, i) => {
    const before = column[i - 1];
    const step = before ? (before.height + item.height) / 2 + gap : 0;
    offsets.push((offsets[i - 1] ?? 0) + step);
  });
  const pools: { sum: number; count: number }[] = [];
  column.forEach((item, i) => {
    let pool = { sum: wishOf(item) - (offsets[i] ?? 0), count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count >= pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  const bases = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  column.forEach((item, i) => middles.set(item.id, (bases[i] ?? 0) + (offsets[i] ?? 0)));
}
