/** The driver: exposes the engine to the page, be it in this tab or in the one that leads. */
import * as Comlink from 'comlink';
import type { PageMessage } from './api.ts';
import { Engine } from './driver/engine.ts';
import { shapeErrors } from './driver/remote.ts';
import { receiveHost, Spawn } from './driver/spawn.ts';
import { createTabApi } from './driver/tabs/tab-api.ts';
import { Tab } from './driver/tabs/tab.ts';

const host = receiveHost(self);
const tab = new Tab({
  id: crypto.randomUUID(),
  locks: navigator.locks,
  openChannel: 'BroadcastChannel' in self ? (name) => new BroadcastChannel(name) : undefined,
  openEngine: (isSole) => new Engine(new Spawn(host), isSole),
  now: Date.now,
});

self.addEventListener('message', ({ data }: MessageEvent<Partial<PageMessage>>) => {
  if (data.type === 'page-hidden') tab.suspend();
  if (data.type === 'page-shown') tab.resume();
});
Comlink.expose(shapeErrors(createTabApi(tab)));
