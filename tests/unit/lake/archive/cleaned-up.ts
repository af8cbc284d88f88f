import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { DeltaTable } from '../../../../workers/lake/table.ts';
import type { FileStore } from '../../../../workers/lake/types.ts';
import { PATH, testEnv, testTable, writtenFile } from '../fixtures.ts';

/** A table at version 11 whose log begins with the checkpoint of version 10. Call `loadParquet` first. */
export async function cleanedUpTable(store: FileStore): Promise<DeltaTable> {
  const table = testTable(store);
  await table.overwrite(struct({ id: 'long' }), [], [writtenFile('file-0')]);
  for (let version = 1; version <= 11; version += 1) await table.append([writtenFile(`file-${version}`)]);
  for (let version = 0; version < 10; version += 1)
    await store.remove(`${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`);
  return testTable(store, testEnv());
}
