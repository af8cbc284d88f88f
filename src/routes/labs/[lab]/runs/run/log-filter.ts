import type { LogLevel, LogLine } from '../../../../../../workers/api.ts';

export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

export interface LogFilter {
  /** This level and above. */
  level: LogLevel;
  search: string;
  taskId: string | null;
}

/** The lines a filter lets through, in their order. */
export function filterLines(lines: readonly LogLine[], filter: LogFilter): LogLine[] {
  const least = LEVELS.indexOf(filter.level);
  const words = filter.search.trim().toLowerCase();
  return lines.filter(
    (line) =>
      LEVELS.indexOf(line.level) >= least &&
      (filter.taskId === null || line.taskId === filter.taskId) &&
      (words === '' || `${line.taskId ?? ''} ${line.message}`.toLowerCase().includes(words)),
  );
}

/** Lines as text, one per line, times in UTC: for the clipboard and the file. */
export function writeLines(lines: readonly LogLine[]): string {
  return lines
    .map(
      (line) =>
        `${new Date(line.at).toISOString()} ${line.level.toUpperCase().padEnd(7)} ${line.taskId ?? '-'} ${line.message}`,
    )
    .join('\n');
}
