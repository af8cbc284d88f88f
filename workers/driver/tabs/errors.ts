/** What goes wrong between tabs. */

/** The tab that did the work is gone before it answered, and the work must not be repeated unasked. */
export class LeaderLostError extends Error {
  override readonly name = 'LeaderLostError';
  readonly hint = "See the runs page or the table's history before you do it again.";

  constructor(method: string) {
    super(
      `${method}: the tab that did this was closed, or gave way to another, before it answered. What it had committed is kept.`,
    );
  }
}

/** No tab leads, or the one that does has not answered since this tab was opened. */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError';
  readonly hint = 'Press "Take over", or close the other tabs of this site.';

  constructor(method: string, waitedMs: number) {
    super(`${method}: no tab of this site has answered for ${Math.round(waitedMs / 1000)} s.`);
  }
}

/** The leading tab runs another build of the site, as happens after an update. */
export class UnknownMethodError extends Error {
  override readonly name = 'UnknownMethodError';
  readonly hint = 'Reload the other tabs of this site, or take over.';

  constructor(method: string) {
    super(`The leading tab does not know '${method}': it was opened before the site was updated.`);
  }
}
