/** Opens everything an engine needs, side by side, so that the cold start is as long as its longest part. */
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import type { EpochMs, LabName, TransactionsParams } from '../api.ts';
import { DirectCodec } from '../lake/parquet/codec.ts';
import { initParquet } from '../lake/parquet/parquet.ts';
import { History } from '../orchestrate/history.ts';
import { LabRunner } from '../orchestrate/lab-runner.ts';
import type { Logger } from '../orchestrate/run-journal.ts';
import { createSystemTimer } from '../orchestrate/timer.ts';
import { NotFoundError } from './errors.ts';
import type { EventHub } from './events.ts';
import type { Fence } from './fence.ts';
import { Imports } from './imports.ts';
import { Jobs } from './jobs.ts';
import { LabGuard } from './lab-guard.ts';
import type { Lab } from './labs.ts';
import { planRun } from './plans.ts';
import { Maintenance } from './maintenance.ts';
import type { Projects } from './projects.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { createRowEngine } from './row-engine.ts';
import { RunLocks } from './run-locks.ts';
import type { Spawn } from './spawn.ts';
import { Storage } from './storage.ts';

export type Params = Partial<TransactionsParams>;

export interface OpenEngine {
  rooms: Rooms;
  history: History;
  runner: LabRunner<Params>;
  imports: Imports;
  maintenance: Maintenance;
  storage: Storage;
  guard: LabGuard;
  jobs: Jobs;
}

const consoleLogger = {
  // A crashed run is told on the page; it is no fault of this one.
  warn: (message: string) => console.info(message),
  error: (message: string, cause?: unknown) => console.error(message, cause),
};

export interface EngineParts {
  spawn: Spawn;
  /** No other engine may write to this lake: runs that others hold are those of a frozen tab. */
  isSole: boolean;
  labs: Map<LabName, Lab>;
  projects: Projects;
  events: EventHub;
  fence: Fence;
}

export async function openEngine({
  spawn,
  isSole,
  labs,
  projects,
  events,
  fence,
}: EngineParts): Promise<OpenEngine> {
  const onChange = (lab: LabName) => events.emit({ type: 'tables', lab });
  const rooms = await openRooms({ spawn, fence, isSole, onChange });
  const locks = new RunLocks();
  fence.onClose(() => locks.release());
  const timer = createSystemTimer();
  const logger = fence.guard(consoleLogger);
  const history = openHistory(rooms, locks, timer, logger);
  const { pool, store, warehouse } = rooms;
  const newId = () => crypto.randomUUID();
  const imports = new Imports(store, (job) => pool.inspect(job), newId);
  const parts = { rooms, projects, imports, lab: (name: LabName) => requireLab(labs, name) };
  const runner = new LabRunner<Params>({
    timer,
    history,
    logger,
    newId: () => newId().slice(0, 4),
    emit: (event) => events.emit(event),
    withRunLock: (runId, body) => locks.hold(runId, body),
    plan: (lab, params) => planRun(parts, lab, params),
  });
  const loadHistory = async () => {
    if (isSole) await RunLocks.breakStale();
    await initParquet(new URL(parquetWasm, self.location.href));
    await Promise.all([...labs.keys()].map((lab) => history.load(lab)));
  };
  const guard = new LabGuard((lab) => runner.isBusy(lab));
  const jobs = new Jobs((event) => events.emit(event));
  const reloadHistory = (lab: LabName) => history.reload(lab);
  const storage = new Storage({ rooms, jobs, guard, labs: [...labs.keys()], reloadHistory });
  const maintenance = new Maintenance({
    lake: rooms.lake,
    codec: pool,
    rows: createRowEngine(warehouse),
    jobs,
    guard,
    labs: [...labs.keys()],
    runningSince: (lab) => (runner.isBusy(lab) ? startOfRuns(history, lab) : null),
    noteChange: rooms.noteChange,
    forgetCopy: ({ lab, schema, name }) => warehouse.dropRelation(lab, schema, name),
  });
  await Promise.all([warehouse.start(), loadHistory(), storage.cleanUp()]);
  // Not waited for: the first run finds the executors started, and the page need not.
  void pool.warm();
  return {
    rooms,
    history,
    runner,
    imports,
    maintenance,
    storage,
    guard,
    jobs,
  };
}

function openHistory(
  rooms: Rooms,
  locks: RunLocks,
  timer: ReturnType<typeof createSystemTimer>,
  logger: Logger,
): History {
  const { lake, store, relations } = rooms;
  return new History({
    // A codec of its own: the last rows of a cancelled run must not wait for executors that are being replaced.
    lake,
    codec: new DirectCodec(store, lake.env),
    timer,
    logger,
    isRunAlive: (runId) => locks.isHeld(runId),
    onWrite: (lab) => relations.invalidate(lab),
  });
}

/** When the oldest run of the lab that is under way began; now when it is only planned yet. */
function startOfRuns(history: History, lab: LabName): EpochMs {
  const running = history.runs(lab).filter(({ state }) => state === 'running' || state === 'scheduled');
  return Math.min(Date.now(), ...running.map(({ startedAt }) => startedAt));
}

/** The lab of that name; without a name the first. @throws NotFoundError */
export function requireLab(labs: Map<LabName, Lab>, name?: LabName): Lab {
  const lab = name === undefined ? [...labs.values()][0] : labs.get(name);
  if (!lab) throw new NotFoundError('lab', String(name), [...labs.keys()]);
  return lab;
}
