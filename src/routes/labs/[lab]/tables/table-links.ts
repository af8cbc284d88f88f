import { labHref } from '$lib/components/links.ts';
import { writeSearch } from '$lib/charts/address.ts';

/** Address of the page of one table. */
export function tableHref(lab: string, name: string): string {
  return `${labHref(lab, 'tables')}table/${writeSearch([['name', name]])}`;
}

/** Address of the console with a query written in it. */
export function queryHref(lab: string, sql: string): string {
  return `${labHref(lab, 'sql')}${writeSearch([['q', sql]])}`;
}
