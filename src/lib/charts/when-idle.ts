/** Longest wait, and the wait in browsers that cannot tell when they are idle (Safari). */
const PATIENCE_MS = 1500;

/** Calls `work` once when the browser has nothing else to do. Returns what calls it off. */
export function whenIdle(work: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const id = requestIdleCallback(work, { timeout: PATIENCE_MS });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(work, PATIENCE_MS);
  return () => clearTimeout(id);
}
