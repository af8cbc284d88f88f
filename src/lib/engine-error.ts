import type { ErrorShape } from '../../workers/api.ts';

/** An error of the engine on the page's side: a real `Error` that keeps the fields of its `ErrorShape`. */
export class EngineError extends Error implements ErrorShape {
  line?: number;
  column?: number;
  sql?: string;
  file?: string;
  hint?: string;

  constructor(shape: ErrorShape, options?: ErrorOptions) {
    super(shape.message, options);
    Object.assign(this, shape);
  }
}

/** Reads whatever was thrown, here or behind Comlink, as an `ErrorShape`. Never throws. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (typeof thrown !== 'object' || thrown === null) return { name: 'Error', message: String(thrown) };
  const fields = thrown as Record<string, unknown>;
  return {
    name: readString(fields, 'name') ?? 'Error',
    message: readString(fields, 'message') ?? String(thrown),
    line: readNumber(fields, 'line'),
    column: readNumber(fields, 'column'),
    sql: readString(fields, 'sql'),
    file: readString(fields, 'file'),
    hint: readString(fields, 'hint'),
  };
}

function readString(fields: Record<string, unknown>, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' ? value : undefined;
}

function readNumber(fields: Record<string, unknown>, key: string): number | undefined {
  const value = fields[key];
  return typeof value === 'number' ? value : undefined;
}
