import { resolve } from '$app/paths';
import type { LabName, RunId, TableName } from '../../../workers/api.ts';

export type LabPage = '' | 'runs' | 'tables' | 'dashboards' | 'sql' | 'storage';

/** Address of a lab's page, whatever folder the site is served from: `labHref('transactions', 'sql')`. */
export function labHref(lab: LabName, page: LabPage = '', search: Record<string, string> = {}): string {
  const query = new URLSearchParams(search).toString();
  return `${resolve('/')}labs/${lab}/${page === '' ? '' : `${page}/`}${query === '' ? '' : `?${query}`}`;
}

/** Address of the page of one run. */
export function runHref(lab: LabName, runId: RunId): string {
  return `${resolve('/')}labs/${lab}/runs/run/?id=${encodeURIComponent(runId)}`;
}

/** Address of the page of one table: `tableHref('transactions', 'silver.transactions')`. */
export function tableHref(lab: LabName, table: TableName): string {
  return `${resolve('/')}labs/${lab}/tables/table/?name=${encodeURIComponent(table)}`;
}
