import * as m from '$lib/paraglide/messages.js';
import type { Repair, TableProblem } from '../../../workers/api.ts';

/** A problem in one or two words, for badges. */
export const problemWord: Record<TableProblem['kind'], () => string> = {
  log: m.maintenance_problem_log,
  data: m.maintenance_problem_data,
  unsupported: m.maintenance_problem_unsupported,
  rolledBack: m.maintenance_problem_rolledBack,
};

/** A problem as a sentence. */
export const problemTitle: Record<TableProblem['kind'], () => string> = {
  log: m.maintenance_problem_log_title,
  data: m.maintenance_problem_data_title,
  unsupported: m.maintenance_problem_unsupported_title,
  rolledBack: m.maintenance_problem_rolledBack_title,
};

/** Amber for what is over and only must be known, red for what is broken. */
export function problemColor(kind: TableProblem['kind']): string {
  return kind === 'rolledBack' ? 'var(--warm)' : 'var(--state-failed)';
}

/** What can be done with a table in this state. */
export function sayReadable({ readable, repairs }: TableProblem): string {
  if (readable) return m.maintenance_problem_readable();
  return repairs.length > 0 ? m.maintenance_problem_unreadable() : m.maintenance_problem_unrepairable();
}

/** The word on the button of a repair. */
export function sayRepair({ kind, version }: Repair): string {
  const at = { version: version ?? 0 };
  if (kind === 'restore') return m.maintenance_repair_restore(at);
  if (kind === 'truncateLog') return m.maintenance_repair_truncateLog(at);
  return kind === 'forgetFiles' ? m.maintenance_repair_forgetFiles() : m.maintenance_repair_accept();
}

/** Whether a repair loses something for good, and so is confirmed by typing. */
export function isLossy({ kind }: Repair): boolean {
  return kind === 'forgetFiles' || kind === 'truncateLog';
}
