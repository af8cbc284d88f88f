import type { DeltaType } from '../types.ts';
import { decimalOf } from './schema.ts';

const INTEGERS: DeltaType[] = ['byte', 'short', 'integer', 'long'];

/** The same values of the same type; whether parts may be null, and field metadata, do not count. A naive timestamp means UTC. */
export function sameType(a: DeltaType, b: DeltaType): boolean {
  if (typeof a === 'string' || typeof b === 'string') return instant(a) === instant(b);
  if (a.type === 'struct' && b.type === 'struct') {
    const others = b.fields;
    return (
      a.fields.length === others.length &&
      a.fields.every(({ name, type }, index) => {
        const other = others[index];
        return other !== undefined && other.name === name && sameType(type, other.type);
      })
    );
  }
  if (a.type === 'array' && b.type === 'array') return sameType(a.elementType, b.elementType);
  if (a.type === 'map' && b.type === 'map')
    return sameType(a.keyType, b.keyType) && sameType(a.valueType, b.valueType);
  return false;
}

/** True when every value of `from` is one of `to`: whole numbers and floats of more bits, decimals of more digits. */
export function widens(from: DeltaType, to: DeltaType): boolean {
  const [less, more] = [INTEGERS.indexOf(from), INTEGERS.indexOf(to)];
  if (less >= 0 && more >= 0) return less < more;
  if (from === 'float' && to === 'double') return true;
  const [narrow, wide] = [decimalOf(from), decimalOf(to)];
  return (
    narrow !== undefined &&
    wide !== undefined &&
    narrow.scale === wide.scale &&
    narrow.precision < wide.precision
  );
}

/**
 * True when data files keep both types in the same physical form, so that engines without type widening read old files as the
 * wider type: up to 32 bits, and decimals of up to 9, 18 or 38 digits (delta.md section 3).
 */
export function sharesStorage(from: DeltaType, to: DeltaType): boolean {
  const [a, b] = [storageOf(from), storageOf(to)];
  return sameType(from, to) || (a !== undefined && a === b);
}

function storageOf(type: DeltaType): string | undefined {
  if (INTEGERS.slice(0, 3).includes(type)) return 'INT32';
  const decimal = decimalOf(type);
  if (!decimal) return undefined;
  const bytes = decimal.precision <= 9 ? 4 : decimal.precision <= 18 ? 8 : 16;
  return `DECIMAL of ${bytes} bytes and scale ${decimal.scale}`;
}

function instant(type: DeltaType): DeltaType {
  return type === 'timestamp_ntz' ? 'timestamp' : type;
}
