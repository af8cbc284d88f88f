/** Moments as people write them, and the versions that they stand for. */
import type { At } from '../api.ts';
import type { DeltaTable } from '../lake/table.ts';
import type { Version } from '../lake/types.ts';

/** Text that is no moment. */
export class InvalidMomentError extends Error {
  override readonly name = 'InvalidMomentError';

  constructor(text: string) {
    super(
      `${JSON.stringify(text)} is no moment: expected a date and time in UTC such as 2025-01-31, 2025-01-31T10:00 or 2025-01-31T10:00:00Z.`,
    );
  }
}

const PATTERN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Epoch ms. Without a zone the time is UTC; a date alone is its first moment. @throws InvalidMomentError */
export function parseMoment(text: string): number {
  const [, day = '', time = '00:00', zone = 'Z'] = PATTERN.exec(text.trim()) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  const moment = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  // JavaScript takes 31 February for 3 March.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  if (!isDay || Number.isNaN(moment)) throw new InvalidMomentError(text);
  return moment;
}

/** The version that `at` names: itself, or the last one at or before a moment. @throws TimestampNotFoundError, InvalidMomentError */
export async function versionAt(table: DeltaTable, at: At): Promise<Version> {
  return typeof at === 'number' ? at : table.log.versionAt(parseMoment(at));
}
