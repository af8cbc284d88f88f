/** A query that was run. */
export interface HistoryItem {
  sql: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** Null when it failed or was cancelled. */
  rows: number | null;
  elapsedMs: number;
}

/** Where the history lies; `localStorage` in the page. */
export type TextStore = Pick<Storage, 'getItem' | 'setItem'>;

const MOST = 50;

function isItem(value: unknown): value is HistoryItem {
  if (typeof value !== 'object' || value === null) return false;
  const item = value as Partial<HistoryItem>;
  return typeof item.sql === 'string' && typeof item.at === 'number' && typeof item.elapsedMs === 'number';
}

/** Newest first; the same text is kept once. */
export function addToHistory(items: HistoryItem[], item: HistoryItem): HistoryItem[] {
  return [item, ...items.filter(({ sql }) => sql !== item.sql)].slice(0, MOST);
}

/** Reads what was kept; what cannot be read is an empty history. */
export function readHistory(store: TextStore, lab: string): HistoryItem[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(lab)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isItem) : [];
  } catch {
    // Closed storage or text of another program: a history is a comfort, not a reason to fail.
    return [];
  }
}

export function writeHistory(store: TextStore, lab: string, items: HistoryItem[]): void {
  try {
    store.setItem(keyOf(lab), JSON.stringify(items));
  } catch {
    // Full or closed storage: the history holds until the page is left.
  }
}

const keyOf = (lab: string) => `tarn.sql.history.${lab}`;
