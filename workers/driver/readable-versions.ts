/** Which versions of a table have all their files. */
import { readFileHistory, versionsNeeding } from '../lake/operations/lifetimes.ts';
import { listDataFiles } from '../lake/operations/table-files.ts';
import type { DeltaTable } from '../lake/table.ts';
import type { Version } from '../lake/types.ts';

/** In words: `versions 3 to 5, 7`. */
export async function describeReadable(table: DeltaTable): Promise<string> {
  const versions = await findReadable(table);
  if (versions.length === 0) return 'no versions';
  return `${versions.length === 1 ? 'version' : 'versions'} ${joinRanges(versions)}`;
}

/** The versions that the log tells of and whose files are all there, in order. */
async function findReadable({ log, store, path }: DeltaTable): Promise<Version[]> {
  const history = await readFileHistory(log);
  const { oldest, current, lifetimes } = history;
  const stored = new Set(await listDataFiles(store, path, current.metadata.partitionColumns));
  const missing = lifetimes.map((lifetime) => lifetime.path).filter((file) => !stored.has(file));
  const lost = new Set(versionsNeeding(history, new Set(missing)));
  const all = Array.from({ length: current.version - oldest + 1 }, (_, index) => oldest + index);
  return all.filter((version) => !lost.has(version));
}

function joinRanges(versions: readonly Version[]): string {
  const ranges: [Version, Version][] = [];
  for (const version of versions) {
    const last = ranges.at(-1);
    if (last?.[1] === version - 1) last[1] = version;
    else ranges.push([version, version]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first} to ${last}`)).join(', ');
}
