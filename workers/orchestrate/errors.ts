/** What can go wrong in orchestrate, by name. */

/** The task graph cannot be run: a cycle, an unknown dependency or two tasks of one id. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
}

/** A second run of a lab was asked for while one is under way. */
export class RunInProgressError extends Error {
  override readonly name = 'RunInProgressError';

  constructor(
    readonly lab: string,
    readonly runId: string | null,
  ) {
    super(
      `lab "${lab}" is already running${runId === null ? '' : ` (run ${runId})`}; ` +
        'wait for it to end or cancel it, then run again',
    );
  }
}

/** No run of that id is known. */
export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError';

  constructor(readonly runId: string) {
    super(`no run "${runId}" in the history; expected an id listed by runs()`);
  }
}

/** An executor ended while it was starting or had a job; `cause` is the worker's own error, where it gave one. */
export class ExecutorDiedError extends Error {
  override readonly name = 'ExecutorDiedError';

  constructor(
    readonly executor: number,
    readonly job: string,
    cause: unknown,
  ) {
    super(
      `executor ${executor} ended during "${job}"${describe(cause)}; ` +
        'it has been replaced. If this repeats, use fewer workers or fewer rows per day',
      { cause },
    );
  }
}

/** The pool was closed with this job still in it. */
export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';

  constructor(job: string) {
    super(`the work pool was closed before "${job}" was done; open the lab again`);
  }
}

/** The message of anything thrown: an error, or the plain `ErrorShape` that crosses from a worker. */
export function messageOf(cause: unknown): string {
  const hasMessage = typeof cause === 'object' && cause !== null && 'message' in cause;
  return String(hasMessage ? cause.message : cause);
}

/** The reason of an aborted signal as an error named AbortError, which is what a cancelled task throws. */
export function createAbortError(what: string): DOMException {
  return new DOMException(`${what} was cancelled`, 'AbortError');
}

function describe(cause: unknown): string {
  return cause === undefined || cause === null ? '' : `: ${messageOf(cause)}`;
}
