import { browser } from '$app/environment';
import { SvelteMap } from 'svelte/reactivity';
import type {
  EngineApi,
  EngineEvent,
  EngineStatus,
  Job,
  LabInfo,
  LabName,
  RunId,
  StorageInfo,
  TabRole,
} from '../../workers/api.ts';
import { createEngineClient } from './engine-client.ts';
import { EngineError, toErrorShape } from './engine-error.ts';
import { connectWorker } from './engine-worker.ts';
import { LiveRun } from './live-run.svelte.ts';
import { groupByRun } from './run-events.ts';

export { EngineError, toErrorShape } from './engine-error.ts';
export type { LiveRun } from './live-run.svelte.ts';

/** `window.tarn`: the engine's API for scripts and DevTools; `ready` resolves when the engine can be asked. */
export type TarnApi = EngineApi & { readonly ready: Promise<void> };

declare global {
  interface Window {
    tarn: TarnApi;
  }
}

// Longest wait for a batch of events when no frame is drawn: in a background tab the title must still move.
const BATCH_MS = 250;

/** The page's one view of the engine. Nothing else talks to a worker. */
export class Engine {
  status = $state.raw<EngineStatus>({ state: 'starting' });
  /** Whether this tab leads, or another answers for it. */
  role = $state.raw<TabRole>({ role: 'electing', tabs: 1 });
  /** The lake lay in the memory of a tab that no longer leads. */
  isMemoryLakeGone = $state(false);
  storage = $state.raw<StorageInfo | null>(null);
  labs = $state.raw<LabInfo[]>([]);
  /** Grows whenever tables of a lab changed: read it in an effect to read tables again. */
  tablesRevision = $state(0);
  /** Runs seen through events since this page was opened. */
  readonly live = new SvelteMap<RunId, LiveRun>();
  /** Work that takes a while (backup, optimize, ...), by job id, as events told of it. */
  readonly jobs = new SvelteMap<string, Job>();
  readonly isReady = $derived(this.status.state === 'ready' || this.status.state === 'busy');
  /** Why nothing can be read, when the engine has stopped: pages show it where their content would be. */
  readonly failure = $derived(
    this.status.state === 'stopped'
      ? new EngineError({ name: 'EngineStoppedError', message: this.status.reason })
      : null,
  );
  /** Resolves when the engine answers; rejects when it cannot start. */
  readonly ready: Promise<void>;
  readonly api: EngineApi;

  #queue: EngineEvent[] = [];
  #scheduled = false;
  #source: Promise<EngineApi> | null = null;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor() {
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // `status` tells the same on every page; a caller that awaits `ready` still gets the rejection.
    this.ready.catch(() => undefined);
    this.api = createEngineClient(() => this.#connect());
  }

  /** Starts the worker once, in the browser only. Safe to call from every page. */
  start(): void {
    if (!browser || this.#source) return;
    window.tarn = Object.assign(this.api, { ready: this.ready });
    this.#follow().catch((thrown: unknown) => this.#stop(toErrorShape(thrown).message));
  }

  /** The run of a lab that has not ended, if there is one. */
  activeRun(lab: LabName): LiveRun | null {
    return [...this.live.values()].find((one) => one.active && one.run?.lab === lab) ?? null;
  }

  /** The newest run of a lab seen by this page, ended or not. */
  latestRun(lab: LabName): LiveRun | null {
    const runs = [...this.live.values()].filter((one) => one.run?.lab === lab);
    return runs.sort((a, b) => startOf(a) - startOf(b)).at(-1) ?? null;
  }

  /** Asks again how much space is used; null, shown as unknown, when the browser will not say. */
  async refreshStorage(): Promise<void> {
    this.storage = await this.api.storage().catch(() => null);
  }

  #connect(): Promise<EngineApi> {
    // `MODE` is a constant, so a production build drops the fake (`vite dev --mode fake`) and its import.
    this.#source ??=
      import.meta.env.MODE === 'fake'
        ? import('../../tests/fakes/fake-engine.ts').then(({ createFakeEngine }) => createFakeEngine())
        : Promise.resolve(connectWorker((reason) => this.#stop(reason)));
    return this.#source;
  }

  async #follow(): Promise<void> {
    await this.api.subscribe((event) => this.#receive(event));
    const [role, status] = await Promise.all([this.api.role(), this.api.status()]);
    this.#setRole(role);
    this.#setStatus(status);
  }

  /** Reads what no event tells: all of it when an engine is ready, be it the first or that of another tab. */
  async #readAll(): Promise<void> {
    if (this.labs.length > 0) this.tablesRevision += 1;
    this.labs = await this.api.labs();
    await Promise.all([this.refreshStorage(), this.#adoptRuns()]);
  }

  /** Runs that began before this page was opened, that ended with the tab that led, or that came and went while this one slept. */
  async #adoptRuns(): Promise<void> {
    const seen = [...this.live.values()].map(startOf).filter((at) => at > 0);
    const since = seen.length > 0 ? Math.max(...seen) : Infinity;
    const untold = (await this.api.runs()).filter(
      ({ runId, state, startedAt }) =>
        state === 'running' || startedAt > since || this.live.get(runId)?.active,
    );
    for (const { runId } of untold) {
      const [detail, logs] = await Promise.all([this.api.runDetail(runId), this.api.logs(runId)]);
      this.#liveRun(runId).adopt(detail, logs);
    }
  }

  #receive(event: EngineEvent): void {
    this.#queue.push(event);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = () => {
      if (this.#scheduled) this.#flush();
    };
    if (!document.hidden) requestAnimationFrame(flush);
    setTimeout(flush, BATCH_MS);
  }

  #flush(): void {
    const events = this.#queue;
    this.#queue = [];
    this.#scheduled = false;
    for (const [runId, own] of groupByRun(events)) this.#liveRun(runId).apply(own);
    for (const event of events) {
      if (event.type === 'role') this.#setRole(event.role);
      if (event.type === 'status') this.#setStatus(event.status);
      if (event.type === 'tables') this.tablesRevision += 1;
      if (event.type === 'job') this.jobs.set(event.job.jobId, event.job);
    }
    if (this.isReady && events.some((event) => event.type === 'tables')) void this.refreshStorage();
  }

  #liveRun(runId: RunId): LiveRun {
    const known = this.live.get(runId);
    if (known) return known;
    const fresh = new LiveRun(runId);
    this.live.set(runId, fresh);
    return fresh;
  }

  #setRole(role: TabRole): void {
    const isLeaderLost = this.role.role !== 'electing' && role.role === 'electing';
    if (isLeaderLost && this.storage?.kind === 'memory') this.isMemoryLakeGone = true;
    this.role = role;
  }

  #setStatus(status: EngineStatus): void {
    const wasReady = this.isReady;
    this.status = status;
    // A leader that is lost meanwhile is followed by another, whose engine is read again.
    if (!wasReady && this.isReady) this.#readAll().catch((thrown: unknown) => console.info(String(thrown)));
    if (status.state === 'ready' || status.state === 'busy') this.#settle?.resolve();
    if (status.state === 'stopped') this.#stop(status.reason);
  }

  #stop(reason: string): void {
    this.status = { state: 'stopped', reason };
    this.#settle?.reject(new EngineError({ name: 'EngineStoppedError', message: reason }));
  }
}

function startOf({ run }: LiveRun): number {
  return run?.startedAt ?? 0;
}

export const engine = new Engine();
