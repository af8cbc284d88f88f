/** The engine's methods, as tabs hand them on to the leader. */
import type { EngineApi, TabsApi } from '../../api.ts';

/** All that a leader is asked; the rest each tab answers itself. */
export type Method = Exclude<keyof EngineApi, keyof TabsApi | 'subscribe' | 'status'>;

/**
 * What becomes of a call whose leader is lost. `repeat`: asked again of the next one, since it changes nothing, or changes the same thing
 * to the same end. `once`: rejected, since its commit may be in the lake already.
 */
const LOSS: Record<Method, 'repeat' | 'once'> = {
  labs: 'repeat',
  run: 'once',
  cancel: 'repeat',
  runs: 'repeat',
  runDetail: 'repeat',
  logs: 'repeat',
  plan: 'repeat',
  query: 'repeat',
  queryArrow: 'repeat',
  cancelQuery: 'repeat',
  toParquet: 'repeat',
  tables: 'repeat',
  tableDetail: 'repeat',
  history: 'repeat',
  fingerprint: 'repeat',
  importFiles: 'once',
  imported: 'repeat',
  clearImport: 'once',
  exportTable: 'repeat',
  storage: 'repeat',
  optimize: 'once',
  vacuum: 'once',
  restore: 'once',
  deleteRows: 'once',
  diff: 'repeat',
  checkTable: 'repeat',
  repairTable: 'once',
  storageUse: 'repeat',
  deleteTable: 'once',
  deleteLab: 'once',
  backup: 'once',
  inspectBackup: 'repeat',
  restoreBackup: 'once',
  saveToFolder: 'once',
  inspectDelta: 'repeat',
  importDelta: 'once',
  cancelJob: 'repeat',
};

export const METHODS = Object.keys(LOSS) as Method[];

/** Names come from other tabs too, which may be of another build. */
export function isMethod(name: string): name is Method {
  return Object.hasOwn(LOSS, name);
}

export function isRepeatable(method: Method): boolean {
  return LOSS[method] === 'repeat';
}
