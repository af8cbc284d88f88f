/** The types that cross the lake's border. Delta terms follow the protocol (delta-io PROTOCOL.md). */
export type * from './types/actions.ts';
export type * from './types/env.ts';
export type * from './types/files.ts';
export type * from './types/rows.ts';
export type * from './types/schema.ts';
export type * from './types/store.ts';
export type * from './types/table.ts';
