import type { ErrorShape } from '../api.ts';

/** A lab, table, run or query that does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';

  constructor(what: string, wanted: string, known: string[]) {
    super(
      `There is no ${what} '${wanted}'. ${known.length > 0 ? `Known: ${known.join(', ')}.` : 'There are none yet: run the lab first.'}`,
    );
  }
}

/** A view where only a table will do. */
export class NotATableError extends Error {
  override readonly name = 'NotATableError';

  constructor(name: string, operation: string) {
    super(
      `${name} is a view, which has no files and no versions of its own: ${operation} is for tables. Choose one of the tables that the view reads.`,
    );
  }
}

/** A name that cannot be one. */
export class InvalidNameError extends Error {
  override readonly name = 'InvalidNameError';

  constructor(what: string, found: string, expected: string) {
    super(`Invalid ${what} name ${JSON.stringify(found)}: expected ${expected}.`);
  }
}

/** What the page is told of an error: plain data, since classes do not survive the border. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message } = thrown;
  const fields = thrown as Partial<ErrorShape>;
  const shape: ErrorShape = { name, message };
  if (typeof fields.line === 'number') shape.line = fields.line;
  if (typeof fields.column === 'number') shape.column = fields.column;
  if (typeof fields.sql === 'string') shape.sql = fields.sql;
  if (typeof fields.file === 'string') shape.file = fields.file;
  if (typeof fields.hint === 'string') shape.hint = fields.hint;
  return shape;
}
