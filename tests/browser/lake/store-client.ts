import type { FileStore } from '../../../workers/lake/types.ts';
import type { StoreCalls } from './store.worker.ts';
import StoreWorker from './store.worker.ts?worker';

export type StoreClient = Omit<StoreCalls, 'publishStream'> &
  Pick<FileStore, 'publishStream'> & { readonly kind: 'opfs'; terminate(): void };

/** A dedicated worker with a store in a folder of its own, and its methods from here. */
export async function startStore(
  root: string,
  prepare?: (client: StoreClient) => Promise<void>,
): Promise<StoreClient> {
  const client = connect(new StoreWorker());
  await prepare?.(client);
  await client.open(root);
  return client;
}

function connect(worker: Worker): StoreClient {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let last = 0;
  worker.onmessage = ({ data }) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) call?.reject(Object.assign(new Error(data.error.message), data.error));
    else call?.resolve(data.value);
  };
  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      const ports = args.filter((arg) => arg instanceof MessagePort);
      worker.postMessage({ id: last, method, args }, ports);
    });
  return new Proxy({} as StoreClient, {
    get(_, name) {
      if (name === 'then') return undefined;
      if (name === 'kind') return 'opfs';
      if (name === 'terminate') return () => worker.terminate();
      if (name === 'publishStream')
        return (path: string, chunks: AsyncIterable<Uint8Array>) => call(name, [path, offerChunks(chunks)]);
      return (...args: unknown[]) => call(String(name), args);
    },
  });
}

/** A port that answers each message with the next chunk, undefined after the last. */
function offerChunks(chunks: AsyncIterable<Uint8Array>): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const iterator = chunks[Symbol.asyncIterator]();
  port1.onmessage = async () => {
    try {
      const { value, done } = await iterator.next();
      port1.postMessage({ chunk: done ? undefined : value });
    } catch (error) {
      port1.postMessage({ error });
    }
  };
  return port2;
}
