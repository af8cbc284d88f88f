import { InvalidOptionError } from '../errors.ts';
import { duckdbTypeOf } from '../schema/duckdb-types.ts';
import { sameType, widens } from '../schema/widening.ts';
import type { DeltaType, StructType } from '../types.ts';
import { type Column, quote } from './rows.ts';

/** A column of a comparison, as SQL over each side; NULL where a version has no such column. */
export interface DiffColumn extends Column {
  before: string;
  after: string;
}

/** The columns of both versions in the newer one's order; a type that has changed is compared as the wider, else as text. */
export function diffColumns(before: StructType, after: StructType): DiffColumn[] {
  const older = before.fields.filter(({ name }) => !after.fields.some((column) => column.name === name));
  return [...after.fields, ...older].map(({ name }) => {
    const types = [before, after].map(({ fields }) => fields.find((column) => column.name === name)?.type);
    const type = commonType(types[0], types[1]);
    const [left, right] = types.map((own) => (own === undefined ? 'NULL' : quote(name)));
    return { name, type, before: `${left}::${type}`, after: `${right}::${type}` };
  });
}

/** @throws InvalidOptionError unless both versions have every column of the key */
export function requireKey(key: string[], before: StructType, after: StructType): void {
  for (const name of key) {
    const known = [before, after].every(({ fields }) => fields.some((column) => column.name === name));
    if (!known) throw new InvalidOptionError('key', 'columns of both versions', name);
  }
}

function commonType(before: DeltaType | undefined, after: DeltaType | undefined): string {
  const [one, other] = [before ?? after, after ?? before];
  if (one === undefined || other === undefined) return 'VARCHAR';
  if (sameType(one, other) || widens(one, other)) return duckdbTypeOf(other);
  return widens(other, one) ? duckdbTypeOf(one) : 'VARCHAR';
}
