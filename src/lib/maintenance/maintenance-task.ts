/** What a user wants to do to a table; `restore` may propose a version. */
export type MaintenanceTask =
  | { kind: 'optimize' | 'vacuum' | 'deleteRows' | 'check' | 'deleteTable' }
  | { kind: 'restore'; version: number | null };
