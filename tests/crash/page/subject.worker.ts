/** The worker that is killed: the lake's own modules over OPFS, as the driver composes them. */
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { Lake } from '../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { checkTable } from '../../../workers/lake/operations/check.ts';
import { IdbTips } from '../../../workers/lake/store/idb-tips.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';
import type { SubjectCalls } from '../operations.ts';
import { aimAt, watchFileSystem } from './aimed-file-system.ts';
import { AimedTips } from './aimed-tips.ts';
import { damageFile } from './damage.ts';
import { labelStore } from './labelled-store.ts';
import { type Workplace, performOperation } from './perform.ts';
import { readDisk, readFolder, readTable } from './readings.ts';
import { openRowEngine } from './row-engine.ts';

let workplace: Workplace | undefined;

const calls: SubjectCalls = {
  async open({ aim, daysAhead }) {
    await initParquet(new URL(parquetWasm, location.href));
    const store = labelStore(await OpfsStore.open());
    const clock = { now: () => Date.now() + daysAhead * 86_400_000 };
    const tips = new AimedTips(await IdbTips.open('tips'));
    const env = { clock, newId: () => crypto.randomUUID(), tips };
    const codec = new DirectCodec(store, env);
    const lake = new Lake(store, env);
    await lake.finishDrops();
    workplace = { lake, codec, rows: openRowEngine() };
    aimAt(aim);
  },
  perform: (operation) => performOperation(opened(), operation),
  read: (table) => readTable(opened(), table),
  disk: readDisk,
  folder: (table) => readFolder(opened(), table),
  check: async (table) => (await checkTable(opened().lake.table(table).log, opened())).problem,
  tables: async () => (await opened().lake.tables('crash')).map(({ schema, name }) => `${schema}.${name}`),
  damage: damageFile,
};

function opened(): Workplace {
  if (!workplace) throw new Error('open() comes first');
  return workplace;
}

watchFileSystem();
self.onmessage = async ({
  data,
}: MessageEvent<{ id: number; method: keyof SubjectCalls; args: unknown[] }>) => {
  try {
    const call = calls[data.method] as (...args: unknown[]) => Promise<unknown>;
    self.postMessage({ id: data.id, value: await call(...data.args) });
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    self.postMessage({ id: data.id, error: text });
  }
};
