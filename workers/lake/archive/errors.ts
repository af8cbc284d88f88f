/** What can be wrong with what comes from outside: zips, backups, tables of other engines. */
import { LakeError } from '../errors.ts';

/** A zip or a file in it that cannot be read. */
export class ArchiveError extends LakeError {
  constructor(
    readonly file: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super('ArchiveError', `The archive cannot be read: ${file}: ${what}.`, options);
  }
}

/** A backup that cannot be restored; nothing was replaced. */
export class BackupError extends LakeError {
  constructor(
    readonly file: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      'BackupError',
      `The backup cannot be restored: ${file}: ${what}. Nothing was changed; choose another backup.`,
      options,
    );
  }
}

/** A zip or folder that holds no Delta table that can be imported; nothing was changed. */
export class DeltaSourceError extends LakeError {
  constructor(
    readonly file: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super('DeltaSourceError', `The Delta table cannot be imported: ${file}: ${what}.`, options);
  }
}

/** A folder of the user's disk that could not be written. */
export class FolderWriteError extends LakeError {
  constructor(
    readonly file: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      'FolderWriteError',
      `${file} could not be written to the folder: ${what}. What was saved before is still whole; save again to go on.`,
      options,
    );
  }
}

/**
 * What an error of the lake says, for a table that is not in the lake: without the folder it would have there, and without the advice
 * that follows the first sentence.
 */
export function faultOf(cause: Error, folder: string): string {
  const [fault = ''] = cause.message.split(/\. (?=[A-Z])/);
  return fault.replaceAll(`${folder}/`, '').replaceAll(folder, 'the table').replace(/\.$/, '');
}
