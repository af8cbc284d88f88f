/** What was promised: kept outside the browser, so that no kill can touch it. */
import type { TableRef } from '../../workers/lake/types.ts';
import type { Operation } from './operations.ts';
import type { Content } from './rows.ts';

/** An operation that was begun; its outcome is not known until it is acknowledged or looked for after a kill. */
export interface Intent {
  operation: Operation;
  /** What the table holds if it succeeds. */
  after: Content;
}

/** One table as the lake has acknowledged it. */
export class TableJournal {
  /** Content by version; index is the version. */
  readonly versions: Content[] = [];
  intent: Intent | null = null;
  nextId = 1;

  constructor(
    readonly table: TableRef,
    readonly partitionColumns: string[],
  ) {}

  /** Newest acknowledged version; -1 without a table. */
  get version(): number {
    return this.versions.length - 1;
  }

  get content(): Content {
    return this.versions.at(-1) ?? new Map();
  }

  intend(intent: Intent): void {
    this.intent = intent;
  }

  /** The operation under way has succeeded with this version. @throws when it is not the next one */
  acknowledge(version: number): void {
    if (!this.intent) throw new Error('Nothing is under way.');
    const { operation, after } = this.intent;
    const expected = operation.kind === 'drop' ? -1 : this.version + 1;
    if (version !== expected)
      throw new Error(
        `${operation.kind} of ${this.table.name} answered version ${version}, expected ${expected}.`,
      );
    if (operation.kind === 'drop') this.versions.length = 0;
    else this.versions.push(after);
    this.intent = null;
  }
}
