/** Views of a catalog: which are to be made again, and in what order. */

import { newView, relationKey, type CatalogCopy, type ViewCopy } from './copies.ts';
import type { RelationInfo } from './types.ts';

/** The source's relations and the local views; a relation of the source takes the place of the local view of its name. */
export function withLocalViews(
  listed: RelationInfo[],
  localViews: Map<string, RelationInfo>,
): RelationInfo[] {
  for (const relation of listed) localViews.delete(relationKey(relation.schema, relation.name));
  return [...listed, ...localViews.values()];
}

/**
 * Makes all views again when one of them is new or what they read has changed.
 * Views may read views in any order: those that cannot be bound yet are tried again as long as others succeed.
 */
export async function syncViews(
  catalog: CatalogCopy,
  relations: readonly RelationInfo[],
  make: (view: ViewCopy) => Promise<void>,
): Promise<void> {
  const listed = relations.filter((relation) => relation.kind === 'view').map(newView);
  let waiting = catalog.viewsStale || listed.some((view) => isNew(catalog, view)) ? listed : [];
  for (const view of waiting) catalog.views.set(relationKey(view.relation.schema, view.relation.name), view);
  for (let before = waiting.length + 1; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length;
    for (const view of waiting) await make(view);
    waiting = waiting.filter((view) => view.broken !== null);
  }
  catalog.viewsStale = false;
}

function isNew(catalog: CatalogCopy, view: ViewCopy): boolean {
  const old = catalog.views.get(relationKey(view.relation.schema, view.relation.name));
  return old === undefined || old.relation.sql !== view.relation.sql || old.broken !== null;
}
