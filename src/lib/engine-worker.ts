import * as Comlink from 'comlink';
import type { EngineApi, PageMessage } from '../../workers/api.ts';
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
  tellOfCache(worker);
  // A Remote has the same methods; `subscribe` takes a proxied listener, which engine-client.ts makes.
  return Comlink.wrap<EngineApi>(worker) as unknown as EngineApi;
}

/** A page that can come back must not lead meanwhile. One that goes for good takes its worker with it. */
function tellOfCache(worker: Worker): void {
  const tell = (type: PageMessage['type']) => (event: PageTransitionEvent) => {
    const message: PageMessage = { type };
    if (event.persisted) worker.postMessage(message);
  };
  window.addEventListener('pagehide', tell('page-hidden'));
  window.addEventListener('pageshow', tell('page-shown'));
}
