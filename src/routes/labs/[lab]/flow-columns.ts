import { STAGES, type FlowNode } from './flow-graph.ts';

/** More nodes than this in a column are broken into two columns. */
const MAX_IN_COLUMN = 7;

/** Nodes one above another: of one stage and one depth within it. */
export interface Column {
  stage: FlowNode['stage'];
  nodes: FlowNode[];
}

/** The columns of the flow from left to right: a node always stands right of what it reads. */
export function columnsOf(nodes: readonly FlowNode[]): Column[] {
  return STAGES.flatMap((stage) => columnsOfStage(stage, nodes));
}

function columnsOfStage(stage: FlowNode['stage'], nodes: readonly FlowNode[]): Column[] {
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
