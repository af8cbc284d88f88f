/**
 * Transactions as numbers, one typed array per attribute, before they become Arrow columns. Codes are positions in the lists of
 * `reference.ts`, in the merchants or in the customers; -1 is null everywhere, and NaN for `cents`.
 */
export interface TransactionRows {
  /** What the transaction id ends with. */
  ordinal: Int32Array;
  /** 0, or -1 when the transaction date is null. */
  date: Int32Array;
  /** After midnight. */
  millis: Int32Array;
  customer: Int32Array;
  type: Int32Array;
  cents: Float64Array;
  currency: Int32Array;
  status: Int32Array;
  merchant: Int32Array;
  country: Int32Array;
  channel: Int32Array;
  card: Int32Array;
  /** 1 or 0. */
  fraud: Int32Array;
  /** Milliseconds. */
  processing: Int32Array;
}

/** Rows of zeros. */
export function cutRows(length: number): TransactionRows {
  return {
    ordinal: new Int32Array(length),
    date: new Int32Array(length),
    millis: new Int32Array(length),
    customer: new Int32Array(length),
    type: new Int32Array(length),
    cents: new Float64Array(length),
    currency: new Int32Array(length),
    status: new Int32Array(length),
    merchant: new Int32Array(length),
    country: new Int32Array(length),
    channel: new Int32Array(length),
    card: new Int32Array(length),
    fraud: new Int32Array(length),
    processing: new Int32Array(length),
  };
}
