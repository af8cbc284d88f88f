/** A value that cannot be read: where it stands and what was expected there. */
export interface BadValue {
  /** 1-based; in a CSV file the header counts, in a Parquet file it is the row. */
  line: number;
  /** Column name; null when the whole line is malformed. */
  column: string | null;
  value: string;
  expected: string;
}

/** What an ImportError tells; `line` and `column` are 1-based positions in the file, where there is one. */
export interface ImportFault {
  file: string;
  /** Names of the columns at fault. */
  columns: string[];
  expected: string;
  actual: string;
  hint: string;
  /** Values of the first bad lines, five lines at most. */
  badValues?: BadValue[];
  /** What `line` counts; default `line`. */
  unit?: 'line' | 'row';
  line?: number;
  column?: number;
  cause?: unknown;
}

/** Most bad lines that an error lists. */
export const BAD_LINES_SHOWN = 5;

/** A user's file does not have the raw columns or holds values that cannot be read. Nothing of it was imported. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly file: string;
  readonly columns: string[];
  readonly expected: string;
  readonly actual: string;
  readonly hint: string;
  readonly badValues: BadValue[];
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(fault: ImportFault) {
    super(describeFault(fault), { cause: fault.cause });
    this.file = fault.file;
    this.columns = fault.columns;
    this.expected = fault.expected;
    this.actual = fault.actual;
    this.hint = fault.hint;
    this.badValues = fault.badValues ?? [];
    this.line = fault.line;
    this.column = fault.column;
  }
}

/** The bad values of a file until enough lines are known to report them. */
export class BadValues {
  private readonly unit: 'line' | 'row';
  private readonly found: BadValue[] = [];
  private readonly lines = new Set<number>();

  /** @param unit what the file counts its records in: `line` for text, `row` for Parquet. */
  constructor(unit: 'line' | 'row') {
    this.unit = unit;
  }

  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  /** True when no further line would be shown. */
  get isFull(): boolean {
    return this.lines.size >= BAD_LINES_SHOWN;
  }

  add(bad: BadValue): void {
    this.lines.add(bad.line);
    this.found.push(bad);
  }

  /** @param header column names in the order of the file */
  toError(file: string, header: string[]): ImportError {
    const shown = this.firstLines();
    const first = shown[0];
    const columns = [...new Set(shown.flatMap((bad) => bad.column ?? []))];
    const position = first?.column ? header.indexOf(first.column) + 1 : undefined;
    return new ImportError({
      file,
      columns,
      expected: first?.expected ?? '',
      actual: first?.value ?? '',
      hint: 'Correct these values and import the file again.',
      unit: this.unit,
      badValues: shown,
      line: first?.line,
      column: position,
    });
  }

  /** What was found on the first lines; Parquet is read column by column, so that it may have been found in another order. */
  private firstLines(): BadValue[] {
    const lines = [...this.lines].sort((a, b) => a - b).slice(0, BAD_LINES_SHOWN);
    return this.found.filter((bad) => lines.includes(bad.line)).sort((a, b) => a.line - b.line);
  }
}

function describeFault({
  file,
  columns,
  expected,
  actual,
  hint,
  badValues,
  unit = 'line',
}: ImportFault): string {
  const names =
    columns.length === 0 ? '' : `, ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}`;
  const lines = (badValues ?? []).map((bad) => describeBadValue(bad, unit));
  const listed = lines.length === 0 ? '' : ` First bad ${unit}s: ${lines.join('; ')}.`;
  return `${file}${names}: expected ${expected}, got ${actual}.${listed} ${hint} Nothing was imported.`;
}

function describeBadValue({ line, column, value }: BadValue, unit: string): string {
  return column === null ? `${unit} ${line}: ${value}` : `${unit} ${line}: ${column} = ${value}`;
}
