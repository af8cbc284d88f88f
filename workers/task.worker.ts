/** An executor: generates, ingests, encodes and decodes. One per core, started on demand for the work pool. */
import * as Comlink from 'comlink';
import { Executor } from './driver/executor.ts';
import { shapeErrors } from './driver/remote.ts';

self.addEventListener(
  'message',
  ({ data }: MessageEvent<{ port: MessagePort }>) => Comlink.expose(shapeErrors(new Executor()), data.port),
  { once: true },
);
