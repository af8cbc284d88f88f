/** The driver: exposes the engine to the page. */
import * as Comlink from 'comlink';
import { Engine } from './driver/engine.ts';
import { shapeErrors } from './driver/remote.ts';
import { receiveHost, Spawn } from './driver/spawn.ts';

Comlink.expose(shapeErrors(new Engine(new Spawn(receiveHost(self)))));
