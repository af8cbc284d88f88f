/** The dbt runner: parse -> manifest -> graph -> select -> compile -> run -> test -> results. */
export { LakeAdapter } from './adapter.ts';
export { manifestArtifact, runResultsArtifact } from './artifacts.ts';
export { type CompiledNode, type CompileOptions, compileNode, findNode, relationOf } from './compile.ts';
export type { Invocation } from './context.ts';
export { type Problem, ProjectError, SelectionError } from './errors.ts';
export { type Graph, buildGraph, buildGraphWithTestEdges, dependenciesAmong, walk } from './graph.ts';
export { Jinja, initJinja } from './jinja.ts';
export { type ParseOptions, parseProject } from './manifest.ts';
export { printRelation } from './naming.ts';
export { type RunOptions, failingRowsSql, runNode, skipNode } from './run.ts';
export { type Selection, selectNodes } from './select.ts';
export type * from './types.ts';
