import HardDrive from '@lucide/svelte/icons/hard-drive';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Table from '@lucide/svelte/icons/table-2';
import Terminal from '@lucide/svelte/icons/terminal';
import Workflow from '@lucide/svelte/icons/workflow';
import * as m from '$lib/paraglide/messages.js';
import type { LabPage } from '../links.ts';

/** The pages of a lab in the order of the navigation; `key` follows `g` on the keyboard. */
export const LAB_PAGES: readonly {
  page: LabPage;
  key: string;
  label: () => string;
  icon: typeof Workflow;
}[] = [
  { page: '', key: 'o', label: m.common_nav_overview, icon: Workflow },
  { page: 'runs', key: 'r', label: m.common_nav_runs, icon: ListChecks },
  { page: 'tables', key: 't', label: m.common_nav_tables, icon: Table },
  { page: 'dashboards', key: 'd', label: m.common_nav_dashboards, icon: LayoutDashboard },
  { page: 'sql', key: 's', label: m.common_nav_sql, icon: Terminal },
  { page: 'storage', key: 'e', label: m.common_nav_storage, icon: HardDrive },
];

/** The page a route id belongs to: `/labs/[lab]/runs/run` -> `runs`. */
export function pageOfRoute(routeId: string | null): LabPage {
  const segment = routeId?.split('/')[3] ?? '';
  return LAB_PAGES.find((one) => one.page === segment)?.page ?? '';
}
