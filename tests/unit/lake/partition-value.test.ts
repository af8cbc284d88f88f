import { describe, expect, it } from 'vitest';
import { formatPartitionValue, repeatPartitionValue } from '../../../workers/lake/parquet/partition-value.ts';
import { field } from '../../../workers/lake/schema/schema.ts';
import type { DeltaType } from '../../../workers/lake/types.ts';

describe('partition values', () => {
  it.each<[DeltaType, string]>([
    ['string', 'a b/ü%'],
    ['long', '-9223372036854775808'],
    ['integer', '-1'],
    ['short', '32767'],
    ['byte', '-128'],
    ['boolean', 'true'],
    ['boolean', 'false'],
    ['date', '1969-12-31'],
    ['timestamp', '2024-06-15T19:30:45.000001Z'],
    ['timestamp', '1969-12-31T23:59:59.999999Z'],
    ['timestamp_ntz', '2024-06-15 12:30:45.000000'],
    ['decimal(38,2)', '-999999999999999999999999999999999999.99'],
    ['decimal(5,0)', '12'],
    ['decimal(5,5)', '-0.00001'],
  ])('%s %s goes there and back', (type, text) => {
    const data = repeatPartitionValue(text, field('p', type), 3);
    expect([0, 1, 2].map((row) => formatPartitionValue(data, row, type))).toEqual([text, text, text]);
  });

  it.each<[DeltaType, string, string]>([
    ['timestamp', '2024-06-15 12:30:45', '2024-06-15T12:30:45.000000Z'],
    ['timestamp', '2024-06-15T12:30:45.5+02:00', '2024-06-15T10:30:45.500000Z'],
    ['boolean', 'TRUE', 'true'],
    ['decimal(10,2)', '1.5', '1.50'],
  ])('reads the form of other writers: %s %s', (type, text, ours) => {
    expect(formatPartitionValue(repeatPartitionValue(text, field('p', type), 1), 0, type)).toBe(ours);
  });

  it('is null for null, nothing and empty text', () => {
    for (const text of [null, undefined, '']) {
      expect(formatPartitionValue(repeatPartitionValue(text, field('p', 'date'), 2), 1, 'date')).toBeNull();
    }
  });

  it.each<[DeltaType, string]>([
    ['long', '1.5'],
    ['date', '2024-13-01'],
    ['timestamp', 'noon'],
    ['decimal(5,2)', '1.234'],
    ['boolean', 'yes'],
  ])('is refused where it is no value of its type: %s %s', (type, text) => {
    expect(() => repeatPartitionValue(text, field('p', type), 1)).toThrow(/of column p is no/);
  });
});
