/** Tabs of one site without a browser: locks, channels and engines that can be looked at. Time is vitest's. */
import type { EngineApi, EngineEvent, EngineStatus, TabRole } from '../../../workers/api.ts';
import type { LedEngine } from '../../../workers/driver/tabs/leaders.ts';
import type { Channel } from '../../../workers/driver/tabs/post.ts';
import { createTabApi } from '../../../workers/driver/tabs/tab-api.ts';
import { Tab } from '../../../workers/driver/tabs/tab.ts';
import { FakeLocks } from './fake-locks.ts';

type Listener = (event: EngineEvent) => void;

/** Counts what it is asked; `query('slow')` and `run` answer when they are told to. */
export class FakeEngine {
  readonly asked: unknown[][] = [];
  readonly #listeners = new Set<Listener>();
  readonly #waiting: ((value: unknown) => void)[] = [];
  isClosed = false;
  isCancelled = false;

  constructor(readonly owner: string) {}

  async query(sql: string) {
    this.asked.push(['query', sql]);
    if (sql === 'slow') await this.#wait();
    if (sql === 'wrong') throw Object.assign(new Error('no such column'), { name: 'SqlError', line: 3 });
    if (sql === 'not a copy') return [{ answer: () => 42 }];
    return [{ by: this.owner }];
  }

  async run(lab: string) {
    this.asked.push(['run', lab]);
    return this.#wait();
  }

  async queryArrow() {
    return { ipc: new Uint8Array([1, 2, 3]), numRows: 1 };
  }

  async subscribe(listener: Listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  become(status: EngineStatus): void {
    this.emit({ type: 'status', status });
  }

  finish(value: unknown): void {
    for (const resolve of this.#waiting.splice(0)) resolve(value);
  }

  async cancelAll() {
    this.isCancelled = true;
    this.finish({ state: 'cancelled' });
  }

  close() {
    this.isClosed = true;
  }

  #wait(): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface FakeTab {
  id: string;
  tab: Tab;
  api: EngineApi;
  engines: FakeEngine[];
  events: EngineEvent[];
  /** The last role that its page was told. */
  role(): TabRole;
}

export class FakeSite {
  readonly locks = new FakeLocks();
  readonly #channels = new Map<string, Set<FakeChannel>>();
  readonly #frozen = new Map<string, (() => void)[]>();
  readonly #dead = new Set<string>();
  #count = 0;

  open({ shared = true } = {}): FakeTab {
    const id = `tab${(this.#count += 1)}`;
    const engines: FakeEngine[] = [];
    const tab = new Tab({
      id,
      locks: shared ? this.locks.of(id) : undefined,
      openChannel: (name) => this.#openChannel(id, name),
      openEngine: () => {
        const engine = new FakeEngine(id);
        engines.push(engine);
        return engine as unknown as LedEngine;
      },
      now: Date.now,
    });
    const events: EngineEvent[] = [];
    let role: TabRole = { role: 'electing', tabs: 0 };
    void tab.role().then((first) => (role = first));
    void tab.subscribe((event) => {
      events.push(event);
      if (event.type === 'role') role = event.role;
    });
    return { id, tab, api: createTabApi(tab), engines, events, role: () => role };
  }

  /** `new BroadcastChannel` of a tab that is not ours. */
  channelsOf(owner: string): (name: string) => Channel {
    return (name) => this.#openChannel(owner, name);
  }

  kill({ id }: FakeTab): void {
    this.#dead.add(id);
    this.locks.kill(id);
  }

  /** Nothing reaches the tab and nothing leaves it; what is sent to it waits. */
  freeze({ id }: FakeTab): void {
    this.#frozen.set(id, []);
    this.locks.freeze(id);
  }

  thaw({ id }: FakeTab): void {
    const late = this.#frozen.get(id) ?? [];
    this.#frozen.delete(id);
    for (const deliver of late) deliver();
    // It goes on as before until the browser has told it of its lock.
    setTimeout(() => this.locks.thaw(id), 270);
  }

  #openChannel(owner: string, name: string): Channel {
    const channel = new FakeChannel(owner, (from, data) => {
      if (this.#dead.has(owner) || this.#frozen.has(owner)) return;
      for (const other of this.#channels.get(name) ?? []) if (other !== from) this.#deliver(other, data);
    });
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all.add(channel));
    return channel;
  }

  #deliver(to: FakeChannel, data: unknown): void {
    if (this.#dead.has(to.owner)) return;
    const deliver = () => to.onmessage?.({ data: structuredClone(data) } as MessageEvent);
    const late = this.#frozen.get(to.owner);
    if (late) late.push(deliver);
    else setTimeout(deliver, 1);
  }
}

class FakeChannel implements Channel {
  onmessage: Channel['onmessage'] = null;

  constructor(
    readonly owner: string,
    readonly post: (from: FakeChannel, data: unknown) => void,
  ) {}

  postMessage(data: unknown): void {
    this.post(this, structuredClone(data));
  }

  close(): void {
    this.onmessage = null;
  }
}
