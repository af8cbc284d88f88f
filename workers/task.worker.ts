/** An executor: generates, ingests, encodes and decodes. One per core, started on demand by the work pool. */
import * as Comlink from 'comlink';
import { Executor } from './driver/executor.ts';
import { shapeErrors } from './driver/remote.ts';

Comlink.expose(shapeErrors(new Executor()));
