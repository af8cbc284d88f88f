import type { TableLog } from './log/table-log.ts';
import { LAKE_ROOT, tableOfPath, tablePath } from './path.ts';
import type { LakeEnv, TableRef } from './types.ts';

/**
 * Tables that the mirror of tips knows and the store does not: a power cut took them away altogether. That happens only while
 * nobody looks, so that the mirror is asked once per lab.
 */
export class LostTables {
  readonly #mirrored = new Map<string, Promise<TableRef[]>>();

  constructor(
    readonly env: LakeEnv,
    readonly logOf: (ref: TableRef) => TableLog,
  ) {}

  /** Those of a lab that are not among the tables found, until their loss is accepted. */
  async find(lab: string, found: TableRef[]): Promise<TableRef[]> {
    const mirrored = this.#mirrored.get(lab) ?? this.#readMirror(lab);
    this.#mirrored.set(lab, mirrored);
    const known = new Set(found.map(tablePath));
    const missing = (await mirrored).filter((ref) => !known.has(tablePath(ref)));
    const lost = await Promise.all(missing.map((ref) => this.logOf(ref).lostCommits()));
    return missing.filter((_, index) => lost[index]);
  }

  async #readMirror(lab: string): Promise<TableRef[]> {
    try {
      const paths = (await this.env.tips?.list(`${LAKE_ROOT}/${lab}`)) ?? [];
      return paths.flatMap((path) => tableOfPath(path) ?? []);
    } catch (cause) {
      // The mirror guards the lake and must not stop it.
      this.env.onWarning?.(cause instanceof Error ? cause : new Error(String(cause)));
      return [];
    }
  }
}
