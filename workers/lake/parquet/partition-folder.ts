/** Longest encoded folder name; file systems stop at 255 bytes. */
const LONGEST_NAME = 200;

/**
 * Hive-style folders of a data file, `region=EU/day=2025-01-31/`; '' without partition columns. The log alone says a file's partition
 * values (PROTOCOL "Partition Value Serialization"), yet some readers (Polars) take them from the path. Everything but
 * letters, digits, `_`, `-` and `.` is percent-encoded, so that names are valid wherever a table is copied to. Values too long for a
 * name leave the folders out.
 */
export function partitionFolder(
  partitionColumns: string[],
  partitionValues: Record<string, string | null>,
): string {
  const names = partitionColumns.map(
    (column) =>
      `${escapeName(column)}=${escapeName(partitionValues[column] || '__HIVE_DEFAULT_PARTITION__')}`,
  );
  return names.some(({ length }) => length > LONGEST_NAME) ? '' : names.map((name) => `${name}/`).join('');
}

/** The `path` of an action for a file below the table's folder (PROTOCOL "Add File"): URI-encoded. */
export function encodeFilePath(file: string): string {
  return file.replaceAll('%', '%25');
}

function escapeName(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*~]|\.$/g, hex);
}
