import { parse } from 'yaml';
import type { DashboardSpec } from '../../workers/api.ts';

const FILES: Record<string, string> = import.meta.glob('../../src/labs/transactions/dashboards/*.yml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The dashboards of the lab as the engine gives them: the real files, parsed. */
export function fakeDashboards(): DashboardSpec[] {
  return Object.values(FILES).map((text) => {
    const spec = parse(text) as { name: string; title: string };
    return { name: spec.name, title: spec.title, spec };
  });
}
