import type { OptimizeOptions } from '../../../workers/api.ts';

/** How rows are ordered while their files are packed. */
export type RowLayout = 'none' | 'sort' | 'zorder';

const MIB = 1024 * 1024;
const MAX_MEBIBYTES = 1024;

/** The form of OPTIMIZE as options; null while something is missing or wrong. */
export function readOptimizeForm(form: { mebibytes: string; layout: RowLayout; columns: string[] }): {
  options: OptimizeOptions | null;
  badTarget: boolean;
} {
  const mebibytes = Number(form.mebibytes);
  const badTarget = form.mebibytes.trim() === '' || !(mebibytes >= 1 && mebibytes <= MAX_MEBIBYTES);
  if (badTarget || (form.layout !== 'none' && form.columns.length === 0)) return { options: null, badTarget };
  const targetBytes = Math.round(mebibytes * MIB);
  if (form.layout === 'sort') return { options: { targetBytes, sortBy: form.columns }, badTarget };
  if (form.layout === 'zorder') return { options: { targetBytes, zOrderBy: form.columns }, badTarget };
  return { options: { targetBytes }, badTarget };
}
