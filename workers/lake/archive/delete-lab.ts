import type { Lake } from '../lake.ts';
import { LAKE_ROOT, LANDING_ROOT } from '../path.ts';
import type { TableRef } from '../types.ts';
import { listFolders } from './folder-listing.ts';
import { closeRestore } from './restore-marker.ts';

/** Everything of a lab that has a folder, be it a table, a view, or what a crash left of one. */
export async function listRelations({ store }: Lake, lab: string): Promise<TableRef[]> {
  const refs: TableRef[] = [];
  for (const schema of await listFolders(store, `${LAKE_ROOT}/${lab}`)) {
    for (const name of await listFolders(store, `${LAKE_ROOT}/${lab}/${schema}`))
      refs.push({ lab, schema, name });
  }
  return refs;
}

/** Deletes a table or view with its files and history. */
export async function deleteRelation(lake: Lake, ref: TableRef): Promise<void> {
  await lake.drop(ref);
  await lake.forget(ref);
}

/** Deletes all tables, views, history and imported files of a lab; one that was half restored is no longer. */
export async function deleteLab(lake: Lake, lab: string): Promise<void> {
  for (const ref of await listRelations(lake, lab)) await deleteRelation(lake, ref);
  await lake.store.removeFolder(`${LAKE_ROOT}/${lab}`);
  // Tables that a power cut took away have no folder.
  await lake.env.tips?.forget(`${LAKE_ROOT}/${lab}`);
  await lake.store.removeFolder(`${LANDING_ROOT}/${lab}`);
  await closeRestore(lake.store, [lab]);
}
