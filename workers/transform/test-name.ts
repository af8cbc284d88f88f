import { md5 } from './md5.ts';

/** What dbt makes a generic test's name and unique_id from. */
export interface TestIdentity {
  testName: string;
  namespace: string | null;
  /** Name of the model, or `<source>_<table>`. */
  targetName: string;
  onSource: boolean;
  /** With `column_name` and `model`, as in `test_metadata.kwargs`. */
  kwargs: Record<string, unknown>;
}

/** dbt's names of a generic test: the full one, and one shorter than 64 characters for the alias (dbt.md section 1). */
export function nameTest(identity: TestIdentity): { full: string; short: string } {
  const parts = [identity.namespace, identity.onSource ? 'source' : null, identity.testName];
  const test = parts.filter((part) => part !== null).join('_');
  const keys = Object.keys(identity.kwargs).filter((key) => key !== 'model');
  const flat = keys.sort(byCodePoint).flatMap((key) => flattenArgument(identity.kwargs[key]));
  const clean = flat.map((part) => part.replace(/[^0-9a-zA-Z_]+/g, '_')).join('__');
  const identifier = `${test}_${identity.targetName}`;
  const full = `${identifier}_${clean}`;
  return { full, short: full.length < 64 ? full : `${identifier.slice(0, 30)}_${md5(full)}` };
}

/** The last ten hex digits that tell apart tests of the same name. */
export function hashTest(name: string, identity: TestIdentity): string {
  const metadata = { kwargs: identity.kwargs, name: identity.testName, namespace: identity.namespace };
  return md5(name + printPython(metadata)).slice(-10);
}

function flattenArgument(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(printScalar);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(printScalar);
  return [printScalar(value)];
}

/** Python's `str()` of a YAML scalar; of a nested list or mapping, its `repr()`. */
function printScalar(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? printPython(value) : String(value);
}

/** Python's `repr()` of nested dicts (keys sorted) and lists whose scalars have been made texts. */
function printPython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printPython).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
    return `{${entries.map(([key, one]) => `${quotePython(key)}: ${printPython(one)}`).join(', ')}}`;
  }
  return quotePython(printScalar(value));
}

function quotePython(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r');
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
