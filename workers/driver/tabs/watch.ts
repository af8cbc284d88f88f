/** Notices when the leader falls silent: frozen by the browser, or its worker blocked. */

/** The leader beats as often; followers look as often whether it has. */
export const BEAT_MS = 250;
/** Looks without a word of the leader: the first comes within a beat, the others make a second. */
const MISSED = 5;

export class LeaderWatch {
  #timer: ReturnType<typeof setInterval> | undefined;
  #missed = 0;

  constructor(
    /** At each look that found nothing; true from the one on that makes the second full. */
    readonly onMissed: (isSilent: boolean) => void,
  ) {}

  start(): void {
    this.stop();
    this.#missed = 0;
    this.#timer = setInterval(() => this.#look(), BEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A sign of life. */
  hear(): void {
    this.#missed = 0;
  }

  /** Looks are counted, not time: a tab that was frozen itself has not waited. */
  #look(): void {
    this.#missed += 1;
    // The first look comes between two beats.
    if (this.#missed > 1) this.onMissed(this.#missed >= MISSED);
  }
}
