import * as Comlink from 'comlink';
import type { EngineApi } from '../../workers/api.ts';
import { hostWorkers } from './worker-host.ts';

/** Starts the engine's worker. `onBroken` hears why it could not be loaded or died of an uncaught error. */
export function connectWorker(onBroken: (reason: string) => void): EngineApi {
  const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'engine',
  });
  worker.addEventListener('error', (event) =>
    onBroken(event.message || 'The engine worker could not be loaded.'),
  );
  hostWorkers(worker);
  // A Remote has the same methods; `subscribe` takes a proxied listener, which engine-client.ts makes.
  return Comlink.wrap<EngineApi>(worker) as unknown as EngineApi;
}
