/** Hands one job to a worker of the lake and answers what it measured: `window.measureLake(job)`. */
import type { Job, Measured } from './bench.worker.ts';

declare global {
  interface Window {
    measureLake(job: Job): Promise<Measured>;
  }
}

window.measureLake = (job) => {
  const worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Measured>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Measured>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(job);
  }).finally(() => worker.terminate());
};
