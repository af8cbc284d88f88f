/** What was promised: kept outside the browser, so that no kill can touch it. */
import type { TableRef } from '../../workers/lake/types.ts';
import type { Acknowledgement, Operation } from './operations.ts';
import { type Content, sameContent } from './rows.ts';

/** An operation that was begun; its outcome is not known until it is acknowledged or looked for after a kill. */
export interface Intent {
  operation: Operation;
  /** What the table holds if it succeeds, and at each version that it makes on the way. */
  after: Content;
  /** Versions that it makes. */
  commits: number;
  /** Versions that cannot be relied upon once it has begun. */
  mayLose: number[];
}

/** One table as the lake has acknowledged it. */
export class TableJournal {
  /** Content by version; index is the version. */
  readonly versions: Content[] = [];
  /** Versions that need not be readable any more. */
  readonly gone = new Set<number>();
  intent: Intent | null = null;
  /** True when something was begun since the table was last verified. */
  isTouched = false;
  nextId = 1;
  /** Versions from here on are younger than anything that expires. */
  #young = 0;

  constructor(
    readonly table: TableRef,
    readonly partitionColumns: string[],
    readonly configuration: Record<string, string>,
  ) {}

  /** Newest acknowledged version; -1 without a table. */
  get version(): number {
    return this.versions.length - 1;
  }

  get content(): Content {
    return this.versions.at(-1) ?? new Map();
  }

  /** Versions that must be readable. */
  get readable(): number[] {
    return [...this.versions.keys()].filter((version) => !this.gone.has(version));
  }

  /** Versions that will be readable until the next day, log clean-up or not. */
  get restorable(): number[] {
    return this.readable.filter((version) => !this.forgetful || version >= this.#young);
  }

  /** True when log entries expire, and with them the oldest versions. */
  get forgetful(): boolean {
    return 'delta.logRetentionDuration' in this.configuration;
  }

  /** An operation begins. */
  begin(intent: Intent): void {
    this.intent = intent;
    this.isTouched = true;
  }

  /** A day passes. */
  age(): void {
    this.#young = Math.max(0, this.version);
  }

  /** The operation under way has succeeded. @throws when the answer is not what it must be */
  acknowledge({ version, versionsLost }: Acknowledgement): void {
    if (!this.intent) throw new Error('Nothing is under way.');
    const { operation, after, commits, mayLose } = this.intent;
    this.intent = null;
    if (operation.kind === 'drop') return this.truncate(-1);
    for (const lost of versionsLost ?? mayLose) this.gone.add(lost);
    const committed = version !== null && version !== this.version;
    if (!committed && sameContent(after, this.content)) return;
    const expected = this.version + commits;
    if (version !== expected)
      throw new Error(
        `${operation.kind} of ${this.table.name} answered version ${version}, expected ${expected}.`,
      );
    this.extend(after, commits);
  }

  /** The table has so many versions more, all of this content. */
  extend(content: Content, commits: number): void {
    for (let count = 0; count < commits; count += 1) this.versions.push(content);
  }

  /** The table ends with this version. */
  truncate(version: number): void {
    this.versions.length = version + 1;
    this.#young = Math.max(0, Math.min(this.#young, version));
    for (const lost of this.gone) if (lost > version) this.gone.delete(lost);
  }
}
