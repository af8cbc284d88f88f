/** The page of the crash tests: starts the worker under test, hands calls to it, ends it. */
import SubjectWorker from './subject.worker.ts?worker';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface SubjectPage {
  start(): void;
  call(method: string, args: unknown[]): Promise<unknown>;
  terminate(): void;
}

let worker: Worker | undefined;
let calls = 0;
const pending = new Map<number, Pending>();

const subject: SubjectPage = {
  start() {
    worker = new SubjectWorker();
    worker.onmessage = ({ data }: MessageEvent<{ id: number; value?: unknown; error?: string }>) => {
      const call = pending.get(data.id);
      pending.delete(data.id);
      if (data.error === undefined) call?.resolve(data.value);
      else call?.reject(new Error(data.error));
    };
  },
  call(method, args) {
    const id = (calls += 1);
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      worker?.postMessage({ id, method, args });
    });
  },
  terminate() {
    worker?.terminate();
    pending.clear();
  },
};

Object.assign(window, { subject });
