import type { SortKeys } from './sort-keys.ts';

export type SortDirection = 'ascending' | 'descending';

/** Rows sorted between two breaths of the page. */
const SLICE = 16_000;
const RUN = 4096;

type Compare = (a: number, b: number) => number;

/** Compares two rows: NULL last in both directions, NaN after every number (as DuckDB has it). */
export function rowComparator({ major, minor, tie, nulls }: SortKeys, direction: SortDirection): Compare {
  const sign = direction === 'ascending' ? 1 : -1;
  return (a, b) => {
    if (nulls[a] || nulls[b]) return (nulls[a] ?? 0) - (nulls[b] ?? 0);
    const x = major[a] as number;
    const y = major[b] as number;
    if (x < y) return -sign;
    if (x > y) return sign;
    if (x !== y) return sign * (Number(Number.isNaN(x)) - Number(Number.isNaN(y)));
    if (minor === null) return 0;
    const difference = (minor[a] as number) - (minor[b] as number);
    return difference !== 0 ? sign * difference : tie === null ? 0 : sign * tie(a, b);
  };
}

function mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
  compare: Compare,
): void {
  let left = start;
  let right = middle;
  for (let out = start; out < end; out++) {
    const takeLeft =
      left < middle && (right >= end || compare(from[left] as number, from[right] as number) <= 0);
    to[out] = (takeLeft ? from[left++] : from[right++]) as number;
  }
}

/**
 * Row numbers in sorted order, stable. Works in slices and awaits `breathe` between them, so that sorting 3 million rows
 * never freezes the page; rejects when `breathe` does, which is how a sort is given up.
 */
export async function sortRows(
  keys: SortKeys,
  direction: SortDirection,
  breathe: () => Promise<void>,
): Promise<Uint32Array> {
  const count = keys.nulls.length;
  const compare = rowComparator(keys, direction);
  let from = Uint32Array.from({ length: count }, (_, row) => row);
  let to = new Uint32Array(count);
  let worked = 0;
  const pause = async (rows: number) => {
    worked += rows;
    if (worked < SLICE) return;
    worked = 0;
    await breathe();
  };
  for (let start = 0; start < count; start += RUN) {
    from.subarray(start, start + RUN).sort(compare);
    await pause(RUN);
  }
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      mergeRuns(from, to, start, middle, end, compare);
      await pause(end - start);
    }
    [from, to] = [to, from];
  }
  return from;
}
