import { Lake } from '../../../workers/lake/lake.ts';
import { IdbTips } from '../../../workers/lake/store/idb-tips.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';

/** A writer that never stops; tells each version when its commit is acknowledged. */
onmessage = async ({ data }: MessageEvent<{ root: string; database: string }>) => {
  const store = await OpfsStore.open(data.root);
  const tips = await IdbTips.open(data.database);
  const lake = new Lake(store, { clock: Date, newId: () => crypto.randomUUID(), tips });
  const table = lake.table({ lab: 'lab', schema: 'bronze', name: 'orders' });
  await table.create(struct({ id: 'long' }));
  for (;;) postMessage((await table.append([])).version);
};
