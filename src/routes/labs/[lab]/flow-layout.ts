import { columnsOf, type Column } from './flow-columns.ts';
import { STAGES, type FlowNode } from './flow-graph.ts';
import { placeRows, type Item } from './flow-rows.ts';

/** Sizes in the graph's own pixels. */
export const NODE = { width: 152, height: 82, gapX: 26, gapY: 16 };
const LANE_HEIGHT = 4;
const HEADER = 44;

export interface Placed {
  node: FlowNode;
  x: number;
  y: number;
}

/** A stage over its columns. */
export interface StageBand {
  stage: FlowNode['stage'];
  x: number;
  width: number;
}

/** An edge and the way it takes: `[x, y]` from the right side of `from` to the left side of `to`, past every column between. */
export interface Route {
  from: string;
  to: string;
  points: [number, number][];
}

export interface FlowLayout {
  placed: Placed[];
  bands: StageBand[];
  routes: Route[];
  width: number;
  height: number;
}

const STEP = NODE.width + NODE.gapX;

/** Left to right: stages are bands of columns; edges over several columns have lanes of their own between the nodes. */
export function layoutFlow(nodes: readonly FlowNode[]): FlowLayout {
  const columns = columnsOf(nodes);
  const columnOf = new Map(columns.flatMap(({ nodes: own }, i) => own.map((node) => [node.id, i])));
  const middles = placeRows(itemsOf(columns, columnOf), NODE.gapY);
  const tops = columns.flatMap(({ nodes: own }) =>
    own.map((node) => (middles.get(node.id) ?? 0) - NODE.height / 2),
  );
  const top = tops.length === 0 ? 0 : Math.min(...tops, ...middles.values());
  const middleOf = (id: string) => Math.round(HEADER + (middles.get(id) ?? 0) - top);
  const bottom = Math.max(top, ...tops.map((y) => y + NODE.height), ...middles.values());
  return {
    placed: columns.flatMap(({ nodes: own }, i) =>
      own
        .map((node) => ({ node, x: i * STEP, y: middleOf(node.id) - NODE.height / 2 }))
        .sort((a, b) => a.y - b.y),
    ),
    bands: bandsOf(columns.map((column) => column.stage)),
    routes: nodes.flatMap((node) => routesTo(node, columnOf, middleOf)),
    width: Math.max(0, columns.length * STEP - NODE.gapX),
    height: Math.ceil(HEADER + bottom - top),
  };
}

/** A lane is shared by all edges of one source. */
function laneOf(source: string, column: number): string {
  return `${source} past ${column}`;
}

/** What an edge from `source` looks like in a column: the source itself, or its lane. */
function stopOf(source: string, column: number, columnOf: Map<string, number>): string {
  return columnOf.get(source) === column ? source : laneOf(source, column);
}

function itemsOf(columns: Column[], columnOf: Map<string, number>): Item[][] {
  return columns.map(({ nodes }, at) => {
    const own = nodes.map((node) => ({
      id: node.id,
      height: NODE.height,
      parents: node.reads.filter((id) => columnOf.has(id)).map((id) => stopOf(id, at - 1, columnOf)),
    }));
    const passing = new Set(
      columns
        .slice(at + 1)
        .flatMap((column) => column.nodes.flatMap((node) => node.reads))
        .filter((id) => (columnOf.get(id) ?? at) < at),
    );
    const lanes = [...passing].map((id) => ({
      id: laneOf(id, at),
      height: LANE_HEIGHT,
      parents: [stopOf(id, at - 1, columnOf)],
    }));
    return [...own, ...lanes];
  });
}

function routesTo(node: FlowNode, columnOf: Map<string, number>, middleOf: (id: string) => number): Route[] {
  const end = columnOf.get(node.id) ?? 0;
  return node.reads.flatMap((from) => {
    const start = columnOf.get(from);
    if (start === undefined) return [];
    const points: Route['points'] = [[start * STEP + NODE.width, middleOf(from)]];
    for (let at = start + 1; at < end; at++) {
      const y = middleOf(laneOf(from, at));
      points.push([at * STEP, y], [at * STEP + NODE.width, y]);
    }
    return [{ from, to: node.id, points: [...points, [end * STEP, middleOf(node.id)] as [number, number]] }];
  });
}

function bandsOf(stages: FlowNode['stage'][]): StageBand[] {
  return STAGES.flatMap((stage) => {
    const first = stages.indexOf(stage);
    if (first < 0) return [];
    const count = stages.filter((one) => one === stage).length;
    return [{ stage, x: first * STEP, width: count * STEP - NODE.gapX }];
  });
}

/** A route as an SVG path: straight along lanes, an S between columns. */
export function drawRoute(points: Route['points']): string {
  return points
    .map(([x, y], i) => {
      const before = points[i - 1];
      if (!before) return `M${x},${y}`;
      if (before[1] === y) return `L${x},${y}`;
      const middle = (before[0] + x) / 2;
      return `C${middle},${before[1]} ${middle},${y} ${x},${y}`;
    })
    .join(' ');
}

/** The node to go to from another with an arrow key: along an edge sideways, within the column up and down. */
export function neighbourOf(placed: readonly Placed[], id: string, key: string): string | null {
  const here = placed.find((one) => one.node.id === id);
  if (!here) return null;
  const candidates = placed.filter((one) => {
    if (key === 'ArrowLeft') return here.node.reads.includes(one.node.id);
    if (key === 'ArrowRight') return one.node.reads.includes(id);
    if (key === 'ArrowUp') return one.x === here.x && one.y < here.y;
    return key === 'ArrowDown' && one.x === here.x && one.y > here.y;
  });
  return candidates.sort((a, b) => Math.abs(a.y - here.y) - Math.abs(b.y - here.y))[0]?.node.id ?? null;
}
