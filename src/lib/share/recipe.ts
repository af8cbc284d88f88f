import type { Fingerprint, ParamSpec } from '../../../workers/api.ts';
import type { ParamTexts } from './param-check.ts';

/** What a link to a lab says: parameters as written, the generator that made the rows, and the fingerprints to reach. */
export interface Recipe {
  texts: ParamTexts;
  generator: string | null;
  /** Gold table to fingerprint; null when the link is only a recipe. */
  fingerprints: Record<string, Fingerprint> | null;
}

/** A key of the address that is no part of a recipe, or a fingerprint that cannot be read. */
export type RecipeProblem =
  { key: string; reason: 'unknown-key' } | { key: 'fp'; reason: 'bad-fingerprint'; text: string };

/** Words for the address instead of parameter names; `fp` and `generator` are no parameters. */
const KEYS: Record<string, string> = { rowsPerDay: 'rows', startDate: 'start', dirtRate: 'dirt' };
/** Always written, so that a link says the whole recipe; the others only when they are not the default. */
const ALWAYS = new Set(['rowsPerDay', 'days', 'startDate', 'seed', 'dirtRate']);
const FINGERPRINT = /^\d+-[0-9a-f]{16}$/;
const TABLE = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/i;

/**
 * Reads a recipe from the query of an address: `rows=1000000&days=1&start=2025-01-01&seed=42&dirt=0.01&generator=transactions-1`.
 * Texts are taken as they are (`checkParams` judges them); what is no recipe is told in `problems`.
 */
export function parseRecipe(
  search: URLSearchParams,
  specs: readonly ParamSpec[],
): { recipe: Recipe; problems: RecipeProblem[] } {
  const names = new Map(specs.map((spec) => [keyOf(spec.name), spec.name]));
  const recipe: Recipe = { texts: {}, generator: null, fingerprints: null };
  const problems: RecipeProblem[] = [];
  for (const [key, text] of search) {
    const name = names.get(key);
    if (name !== undefined) recipe.texts[name] = text.trim();
    else if (key === 'generator') recipe.generator = text;
    else if (key === 'fp') readFingerprints(text, recipe, problems);
    else problems.push({ key, reason: 'unknown-key' });
  }
  return { recipe, problems };
}

/** Writes a recipe as a query without `?`, readable by a person: `:` and `,` stay as they are. */
export function formatRecipe(recipe: Recipe, specs: readonly ParamSpec[]): string {
  const pairs: [string, string][] = [];
  for (const spec of specs) {
    const text = recipe.texts[spec.name] ?? String(spec.default);
    if (ALWAYS.has(spec.name) || text !== String(spec.default)) pairs.push([keyOf(spec.name), text]);
  }
  if (recipe.generator !== null) pairs.push(['generator', recipe.generator]);
  const fingerprints = Object.entries(recipe.fingerprints ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (fingerprints.length > 0)
    pairs.push(['fp', fingerprints.map(([table, print]) => `${table}:${print}`).join(',')]);
  return pairs.map(([key, text]) => `${key}=${encodeReadably(text)}`).join('&');
}

function readFingerprints(text: string, recipe: Recipe, problems: RecipeProblem[]): void {
  const found: Record<string, Fingerprint> = {};
  for (const part of text.split(',').filter((one) => one !== '')) {
    const colon = part.indexOf(':');
    const [table, print] = [part.slice(0, Math.max(0, colon)), part.slice(colon + 1)];
    if (TABLE.test(table) && FINGERPRINT.test(print)) found[table] = print;
    else problems.push({ key: 'fp', reason: 'bad-fingerprint', text: part });
  }
  if (Object.keys(found).length > 0) recipe.fingerprints = found;
}

function keyOf(name: string): string {
  return KEYS[name] ?? name;
}

function encodeReadably(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',');
}
