import type { GridTable } from './grid-table.ts';

/** Rows written between two breaths of the page. */
const SLICE = 1_000;

function csvCell(text: string | null): string {
  if (text === null) return '';
  // An empty text is quoted so that it can be told from NULL.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV (RFC 4180, UTF-8, header, CRLF, NULL as nothing), made in slices; awaits `breathe` between them. */
export async function writeCsv(
  table: GridTable,
  breathe: () => Promise<void> = async () => {},
): Promise<Blob> {
  const parts: string[] = [table.columns.map((column) => csvCell(column.name)).join(',') + '\r\n'];
  for (let start = 0; start < table.rowCount; start += SLICE) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(start + SLICE, table.rowCount); row++)
      lines.push(table.columns.map((column) => csvCell(column.text(row))).join(','));
    parts.push(lines.join('\r\n') + '\r\n');
    await breathe();
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}
