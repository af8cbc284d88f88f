import * as Comlink from 'comlink';
import type { EngineApi, EngineEvent } from '../../workers/api.ts';
import { EngineError, toErrorShape } from './engine-error.ts';

type Method = (...args: unknown[]) => Promise<unknown>;

// A record, not a list: the compiler refuses it when the contract gains a method that is missing here.
const METHODS: Record<Exclude<keyof EngineApi, 'subscribe'>, true> = {
  labs: true,
  run: true,
  cancel: true,
  runs: true,
  runDetail: true,
  logs: true,
  plan: true,
  query: true,
  queryArrow: true,
  cancelQuery: true,
  toParquet: true,
  tables: true,
  tableDetail: true,
  history: true,
  fingerprint: true,
  importFiles: true,
  imported: true,
  clearImport: true,
  exportTable: true,
  status: true,
  storage: true,
  optimize: true,
  vacuum: true,
  restore: true,
  deleteRows: true,
  diff: true,
  checkTable: true,
  repairTable: true,
  storageUse: true,
  deleteTable: true,
  deleteLab: true,
  backup: true,
  inspectBackup: true,
  restoreBackup: true,
  saveToFolder: true,
  inspectDelta: true,
  importDelta: true,
  cancelJob: true,
  role: true,
  takeOver: true,
};

/**
 * The engine's API with errors that are errors again: every method rejects with an `EngineError`.
 * `source` is the Comlink proxy of the worker, or a fake in the same page.
 */
export function createEngineClient(source: () => Promise<EngineApi>): EngineApi {
  const call = async (name: keyof EngineApi, args: unknown[]): Promise<unknown> => {
    try {
      const target = await source();
      return await (target[name] as Method)(...args);
    } catch (thrown) {
      throw new EngineError(toErrorShape(thrown), { cause: thrown });
    }
  };
  const methods = Object.keys(METHODS) as (keyof typeof METHODS)[];
  const client = Object.fromEntries(methods.map((name) => [name, (...args: unknown[]) => call(name, args)]));
  client['subscribe'] = (listener: unknown) =>
    call('subscribe', [Comlink.proxy(listener as (event: EngineEvent) => void)]);
  return client as unknown as EngineApi;
}
