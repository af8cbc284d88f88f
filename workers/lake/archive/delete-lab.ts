import type { Lake } from '../lake.ts';
import { LAKE_ROOT, LANDING_ROOT } from '../path.ts';
import { closeRestore } from './restore-marker.ts';

/** Deletes all tables, views, history and imported files of a lab; one that was half restored is no longer. */
export async function deleteLab(lake: Lake, lab: string): Promise<void> {
  for (const ref of await lake.places(lab)) await lake.drop(ref);
  await lake.store.removeFolder(`${LAKE_ROOT}/${lab}`);
  // Tables that a power cut took away have no folder.
  await lake.env.tips?.forget(`${LAKE_ROOT}/${lab}`);
  await lake.store.removeFolder(`${LANDING_ROOT}/${lab}`);
  await closeRestore(lake.store, [lab]);
}
