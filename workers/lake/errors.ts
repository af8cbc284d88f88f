/** What can go wrong in the lake. Each class has a stable `name`, and a message that says what, where and what to do. */

/** All errors of the lake, which say so by their `name`. */
export class LakeError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** A path of the store that is empty, absolute, or has `.`, `..`, `\` or an empty part. */
export class InvalidPathError extends LakeError {
  constructor(readonly path: string) {
    super(
      'InvalidPathError',
      `Invalid path ${JSON.stringify(path)}: expected names separated by "/", without ".", "..", "\\" or empty names.`,
    );
  }
}

/** `FileStore.read` of a file that is not there. */
export class FileNotFoundError extends LakeError {
  constructor(
    readonly file: string,
    options?: ErrorOptions,
  ) {
    super('FileNotFoundError', `File not found in the store: ${file}.`, options);
  }
}

/** This browser, window or thread has no OPFS with synchronous access handles: use a `MemoryStore` and warn. */
export class StoreUnavailableError extends LakeError {
  constructor(reason: string, options?: ErrorOptions) {
    super('StoreUnavailableError', `Browser storage (OPFS) cannot be used: ${reason}`, options);
  }
}

/** This browser or window refuses IndexedDB: commits are not mirrored, and a loss by a power cut goes unnoticed. */
export class MirrorUnavailableError extends LakeError {
  constructor(reason: string, options?: ErrorOptions) {
    super('MirrorUnavailableError', `IndexedDB cannot be used: ${reason}`, options);
  }
}

/** The browser allows no more bytes. Nothing of the file that was being written is left. */
export class StorageFullError extends LakeError {
  constructor(
    readonly file: string,
    usedBytes: number | undefined,
    options?: ErrorOptions,
  ) {
    const used = usedBytes === undefined ? '' : ` ${Math.ceil(usedBytes / 1e6)} MB are in use.`;
    super(
      'StorageFullError',
      `The storage of this browser is full: ${file} could not be written, and nothing was changed.${used} Free space on the Storage page (vacuum old versions, delete tables, save a backup and delete a lab) or on the disk, then try again.`,
      options,
    );
  }
}

/** The table has no readable version 0. */
export class TableNotFoundError extends LakeError {
  constructor(readonly table: string) {
    super(
      'TableNotFoundError',
      `Table not found in the lake: ${table}. Create it, or run the task that writes it.`,
    );
  }
}

/** `create` of a table that exists. */
export class TableExistsError extends LakeError {
  constructor(
    readonly table: string,
    advice = 'use append or overwrite',
  ) {
    super('TableExistsError', `Table ${table} exists already: ${advice}.`);
  }
}

/** The wanted version is not in the log, or was and its log entries have been cleaned up since. */
export class VersionNotFoundError extends LakeError {
  /** `first` and `latest` are the versions that can be read. */
  constructor(
    table: string,
    readonly version: number,
    latest: number,
    first = 0,
  ) {
    const cleaned = Number.isInteger(version) && version >= 0 && version < first;
    const why = cleaned ? ' Older log entries have been cleaned up (delta.logRetentionDuration).' : '';
    super(
      'VersionNotFoundError',
      `Table ${table} has no version ${version}: expected ${first} to ${latest}.${why}`,
    );
  }
}

/** No commit is as old as the wanted time; times are epoch ms. */
export class TimestampNotFoundError extends LakeError {
  constructor(table: string, wanted: number, first: number) {
    const [asked, oldest] = [wanted, first].map((time) => new Date(time).toISOString());
    super(
      'TimestampNotFoundError',
      `Table ${table} has no version as of ${asked}: its first commit that is kept is of ${oldest}. Ask for that time or a later one.`,
    );
  }
}

/** The log breaks the protocol: a gap, a missing action, text that is no action. */
export class LogError extends LakeError {
  constructor(message: string, options?: ErrorOptions) {
    super('LogError', message, options);
  }
}

/** The table uses a feature of the protocol that is not implemented here; `feature` names it. */
export class UnsupportedFeatureError extends LakeError {
  constructor(
    readonly feature: string,
    table: string,
    doing: 'read' | 'write',
  ) {
    super(
      'UnsupportedFeatureError',
      `Cannot ${doing} table ${table}: it uses the Delta feature ${feature}, which is not supported.`,
    );
  }
}

/** A schema, type or column that does not fit. */
export class SchemaError extends LakeError {
  constructor(message: string, options?: ErrorOptions) {
    super('SchemaError', message, options);
  }
}

/** A commit that breaks a rule of the table: `delta.appendOnly`, wrong partition columns. */
export class InvalidCommitError extends LakeError {
  constructor(message: string) {
    super('InvalidCommitError', message);
  }
}

export type ConflictKind =
  | 'MetadataChangedError'
  | 'ProtocolChangedError'
  | 'ConcurrentAppendError'
  | 'ConcurrentDeleteReadError'
  | 'ConcurrentDeleteDeleteError'
  | 'ConcurrentTransactionError'
  | 'ConcurrentWriteError';

/** MERGE: several rows of the source match one row of the table, so that its new values are not certain. */
export class AmbiguousMergeError extends LakeError {
  constructor(table: string, sourceRows: number, on: string, target: string) {
    super(
      'AmbiguousMergeError',
      `MERGE into ${table}: ${sourceRows} source rows match the same row of the table, ${target}, by ${on}. Nothing was written; keep one source row for each key, for instance the newest, and merge again.`,
    );
  }
}

/** Rows that break a rule of their table: a CHECK constraint, NOT NULL, the condition of a replaceWhere. */
export class ConstraintError extends LakeError {
  constructor(
    table: string,
    readonly rule: string,
    readonly rows: number | undefined,
    readonly example = '',
  ) {
    const shown = example === '' ? '' : `, for instance ${example}`;
    super(
      'ConstraintError',
      `${rows ?? 'Some'} ${rows === 1 ? 'row breaks' : 'rows break'} the ${rule} of table ${table}${shown}. Nothing was written; correct the rows, or change the rule.`,
    );
  }
}

/** Another writer committed first, and its commit cannot be reconciled with ours (PROTOCOL "conflict"; delta.md section 7). */
export class CommitConflictError extends LakeError {
  constructor(
    kind: ConflictKind,
    table: string,
    readonly version: number,
    detail: string,
  ) {
    super(
      kind,
      `Commit to ${table} lost against version ${version}: ${detail} Nothing was written; run it again.`,
    );
  }
}

/** A data file is missing, of the wrong size, damaged, or not readable as Parquet. */
export class DataFileError extends LakeError {
  constructor(
    readonly file: string,
    what: string,
    expected: string,
    actual: string,
    options?: ErrorOptions,
  ) {
    super(
      'DataFileError',
      `Data file ${file}: wrong ${what}: expected ${expected}, found ${actual}. Write the table again, or restore an older version.`,
      options,
    );
  }
}

/** An option of an operation, or a property of a table, that makes no sense. */
export class InvalidOptionError extends LakeError {
  constructor(option: string, expected: string, actual: string) {
    super('InvalidOptionError', `Invalid ${option}: expected ${expected}, found ${JSON.stringify(actual)}.`);
  }
}

/** Rows of one version share a key that was said to be unique. */
export class DuplicateKeyError extends LakeError {
  constructor(table: string, version: number, key: string[], value: string) {
    super(
      'DuplicateKeyError',
      `The key (${key.join(', ')}) is not unique in version ${version} of ${table}: several rows have (${value}). Name more columns, or compare whole rows.`,
    );
  }
}

/** A rewrite of files made more or fewer rows than it read; nothing was committed. */
export class RowCountError extends LakeError {
  constructor(table: string, before: number, after: number) {
    super(
      'RowCountError',
      `A rewrite of files of ${table} made ${after} rows of ${before}; nothing was changed. Check the table for damaged files, then try again.`,
    );
  }
}

/** A former version needs data files that are gone, mostly because VACUUM has deleted them. */
export class MissingFilesError extends LakeError {
  constructor(
    table: string,
    version: number,
    readonly files: string[],
  ) {
    const named = files.slice(0, 5).join(', ');
    const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
    super(
      'MissingFilesError',
      `Version ${version} of table ${table} cannot be read any more: ${files.length} of its data files are gone or damaged (${named}${more}). VACUUM deletes files that only former versions need; choose a newer version.`,
    );
  }
}

/** Bytes that are not the Arrow IPC stream or the Parquet file they should be. */
export class FormatError extends LakeError {
  constructor(message: string, options?: ErrorOptions) {
    super('FormatError', message, options);
  }
}
