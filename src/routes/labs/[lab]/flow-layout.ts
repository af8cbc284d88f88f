import { STAGES, type FlowNode } from './flow-graph.ts';

export const NODE = { width: 164, height: 76, gapX: 32, gapY: 16 };
/** A column higher than this is broken into two, so that the graph stays readable when it is fitted. */
const MAX_IN_COLUMN = 7;
const HEADER = 40;

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

export interface FlowLayout {
  placed: Placed[];
  bands: StageBand[];
  height: number;
}

/** Left to right: stages are bands of columns, a column holds nodes of one depth within its stage, near their parents. */
export function layoutFlow(nodes: readonly FlowNode[]): FlowLayout {
  const columns = STAGES.flatMap((stage) => columnsOf(stage, nodes));
  const rows = Math.max(1, ...columns.map((column) => column.nodes.length));
  const height = HEADER + rows * (NODE.height + NODE.gapY) - NODE.gapY;
  const step = NODE.width + NODE.gapX;
  const middles = new Map<string, number>();
  const placed = columns.flatMap((column, i) => {
    const ordered = orderByParents(column.nodes, middles);
    const used = ordered.length * (NODE.height + NODE.gapY) - NODE.gapY;
    const top = HEADER + (height - HEADER - used) / 2;
    return ordered.map((node, row) => {
      const y = top + row * (NODE.height + NODE.gapY);
      middles.set(node.id, y);
      return { node, x: i * step, y };
    });
  });
  return {
    placed,
    bands: bandsOf(
      columns.map((column) => column.stage),
      step,
    ),
    height,
  };
}

interface Column {
  stage: FlowNode['stage'];
  nodes: FlowNode[];
}

function columnsOf(stage: FlowNode['stage'], nodes: readonly FlowNode[]): Column[] {
  const own = nodes.filter((node) => node.stage === stage);
  const depths = new Map<string, number>();
  for (const node of own) depthOf(node, own, depths);
  const layers: FlowNode[][] = [];
  for (const node of own) (layers[depths.get(node.id) ?? 0] ??= []).push(node);
  return layers.flatMap((layer) => {
    const parts = Math.ceil(layer.length / MAX_IN_COLUMN);
    const size = Math.ceil(layer.length / parts);
    return Array.from({ length: parts }, (_, i) => ({ stage, nodes: layer.slice(i * size, (i + 1) * size) }));
  });
}

/** Longest way to the node from a parent within the same stage. */
function depthOf(node: FlowNode, own: readonly FlowNode[], depths: Map<string, number>): number {
  const known = depths.get(node.id);
  if (known !== undefined) return known;
  // Marked before its parents are asked: a cycle, which the runner refuses anyway, must not hang the page.
  depths.set(node.id, 0);
  const parents = own.filter((one) => node.reads.includes(one.id));
  const depth =
    parents.length === 0 ? 0 : 1 + Math.max(...parents.map((parent) => depthOf(parent, own, depths)));
  depths.set(node.id, depth);
  return depth;
}

function orderByParents(nodes: FlowNode[], middles: Map<string, number>): FlowNode[] {
  const weight = (node: FlowNode) => {
    const known = node.reads.flatMap((id) => middles.get(id) ?? []);
    return known.length === 0 ? 0 : known.reduce((sum, y) => sum + y, 0) / known.length;
  };
  return [...nodes].sort((a, b) => weight(a) - weight(b));
}

function bandsOf(stages: FlowNode['stage'][], step: number): StageBand[] {
  return STAGES.flatMap((stage) => {
    const first = stages.indexOf(stage);
    if (first < 0) return [];
    const count = stages.filter((one) => one === stage).length;
    return [{ stage, x: first * step, width: count * step - NODE.gapX }];
  });
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
