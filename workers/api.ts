/**
 * What crosses the border between the page and the engine: types only.
 * The page imports this file and nothing else of the workers; `window.tarn` is an `EngineApi`.
 */
export type * from './api/engine.ts';
export type * from './api/labs.ts';
export type * from './api/maintenance.ts';
export type * from './api/names.ts';
export type * from './api/problems.ts';
export type * from './api/runs.ts';
export type * from './api/storage.ts';
export type * from './api/tables.ts';
export type * from './api/tabs.ts';
export type * from './api/workers.ts';
