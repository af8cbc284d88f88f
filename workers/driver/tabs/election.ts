/** Who leads: the tab that holds the Web Lock. The others queue for it, so that the browser itself names the next when the leader dies. */

import type { TabId } from './messages.ts';

/** What is needed of `navigator.locks`. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

export interface ElectionEvents {
  onWon(): void;
  /** Another tab has taken the lock away. */
  onLost(): void;
}

const LOCK = 'tarn:leader';
/** Held with it, under a name of the tab's own, which tells the tab's client id. */
const MARK = 'tarn:leads:';

/** A place in the queue, or the lock itself. */
interface Place {
  isHeld: boolean;
  leave(): void;
}

export class Election {
  #place: Place | null = null;

  constructor(
    readonly locks: Locks,
    readonly id: TabId,
    readonly events: ElectionEvents,
  ) {}

  get isWon(): boolean {
    return this.#place?.isHeld ?? false;
  }

  get isWaiting(): boolean {
    return this.#place !== null && !this.#place.isHeld;
  }

  /** Queues for the lock. */
  join(): void {
    if (this.#place) return;
    const leaving = new AbortController();
    this.#take({ signal: leaving.signal }, () => leaving.abort());
  }

  /** Gives the lock, or the place in the queue, back. */
  leave(): void {
    const place = this.#place;
    this.#place = null;
    place?.leave();
  }

  /** Takes the lock away from whoever holds it; the others keep their places. */
  seize(): void {
    if (this.isWon) return;
    this.leave();
    this.#take({ steal: true }, () => undefined);
  }

  /** Whether this tab leads still, as the browser has it: a tab that was frozen has not heard yet that its lock was taken. */
  async confirm(): Promise<boolean> {
    if (!this.isWon) return false;
    const { held = [] } = await this.locks.query();
    const clientOf = (lock: string) => held.find(({ name }) => name === lock)?.clientId;
    return this.isWon && clientOf(LOCK) === clientOf(MARK + this.id);
  }

  /** Tabs that lead or wait to. */
  async countTabs(): Promise<number> {
    const { held = [], pending = [] } = await this.locks.query();
    const ours = [...held, ...pending].filter(({ name }) => name === LOCK);
    return new Set(ours.map(({ clientId }) => clientId)).size;
  }

  #take(options: LockOptions, leave: () => void): void {
    const place: Place = { isHeld: false, leave };
    this.#place = place;
    const hold = () =>
      new Promise<void>((release) => {
        // Granted at the moment of leaving.
        if (this.#place !== place) return release();
        place.isHeld = true;
        place.leave = release;
        this.events.onWon();
      });
    const leading = this.locks.request(LOCK, options, () => {
      const held = hold();
      void this.locks.request(MARK + this.id, {}, () => Promise.race([held, leading.catch(() => undefined)]));
      return held;
    });
    leading.catch((cause: unknown) => this.#end(place, cause));
  }

  #end(place: Place, cause: unknown): void {
    if (this.#place !== place) return;
    this.#place = null;
    if (place.isHeld) return this.events.onLost();
    // A browser that refuses locks here leaves each tab to itself.
    console.info(`Tabs cannot share a leader: ${String(cause)}`);
    this.events.onWon();
  }
}
