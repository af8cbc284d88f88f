/** Runs DuckDB's own worker script behind a port instead of the page's: the engine speaks to it directly. */
self.addEventListener(
  'message',
  async ({ data }: MessageEvent<{ port: MessagePort; script: string }>) => {
    const { port, script } = data;
    self.postMessage = ((message: unknown, transfer: Transferable[] = []) =>
      port.postMessage(message, transfer)) as typeof self.postMessage;
    await import(/* @vite-ignore */ script);
    // Set last: a port keeps its messages until somebody listens.
    port.onmessage = (event) => self.onmessage?.call(self, event);
  },
  { once: true },
);

export {};
