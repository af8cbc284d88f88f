/** Longest work between two breaths, in milliseconds: short of one frame at 60 Hz. */
const WORK_MS = 12;

/** Waits for the next task: the page draws and answers before. Unlike `setTimeout` it is not held back to 4 ms. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A breath for long work: lets the page draw when the work has taken long enough, and ends it when `signal` is aborted. */
export function makeBreath(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - last < WORK_MS) return;
    await nextTask();
    signal?.throwIfAborted();
    last = performance.now();
  };
}
