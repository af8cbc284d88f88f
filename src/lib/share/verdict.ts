import type { Fingerprint } from '../../../workers/api.ts';

/** One gold table of a link against the same table of a run; `actual` is null when the run did not make it. */
export interface TableVerdict {
  table: string;
  expected: Fingerprint;
  actual: Fingerprint | null;
  same: boolean;
}

export interface Verdict {
  same: boolean;
  tables: TableVerdict[];
  /** Set when the link was made by another version of the generator. */
  generator: { expected: string; actual: string } | null;
}

/** Compares what a link promised with what a run made. Tables of the run that the link does not name do not count. */
export function judgeRun(
  expected: Record<string, Fingerprint>,
  actual: Record<string, Fingerprint>,
  generator: { expected: string | null; actual: string },
): Verdict {
  const tables = Object.entries(expected).map(([table, print]) => {
    const found = actual[table] ?? null;
    return { table, expected: print, actual: found, same: found === print };
  });
  const differs = generator.expected !== null && generator.expected !== generator.actual;
  return {
    same: tables.every((one) => one.same),
    tables,
    generator: differs ? { expected: generator.expected ?? '', actual: generator.actual } : null,
  };
}
