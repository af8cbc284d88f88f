/** What can be wrong with a table. */

/** Why a table cannot be read, or can be read but has lost something, and what mends it. */
export interface TableProblem {
  /**
   * `log`: a log entry is missing or broken; `data`: a data file is missing or damaged; `unsupported`: a feature of other engines;
   * `rolledBack`: commits that were acknowledged are gone after a power cut.
   */
  kind: 'log' | 'data' | 'unsupported' | 'rolledBack';
  /** True when the table can still be queried. */
  readable: boolean;
  message: string;
  /** What `repairTable` can do about it, best first. */
  repairs: Repair[];
}

/** A way to mend a table; `explain` says what is kept and what is lost. */
export interface Repair {
  /**
   * `forgetFiles`: a commit that removes damaged files from the table (FSCK REPAIR TABLE); `restore`: RESTORE to `version`;
   * `truncateLog`: log entries after `version` are deleted; `accept`: the loss is taken note of.
   */
  kind: 'forgetFiles' | 'restore' | 'truncateLog' | 'accept';
  version: number | null;
  explain: string;
}
