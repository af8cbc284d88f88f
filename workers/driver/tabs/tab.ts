/** One tab of the site: it leads, with an engine of its own, or follows the tab that does. */
import * as Comlink from 'comlink';
import type { EngineApi, EngineEvent, EngineStatus, TabRole, TabsApi } from '../../api.ts';
import { EventHub } from '../events.ts';
import { Audience } from './audience.ts';
import { Calls } from './calls.ts';
import { Election, type Locks } from './election.ts';
import { Handover } from './handover.ts';
import { OtherTab, OwnEngine, type LedEngine } from './leaders.ts';
import type { Letter, Message, Notice, TabId } from './messages.ts';
import { type OpenChannel, Post } from './post.ts';
import { LeaderWatch } from './watch.ts';

export interface TabParts {
  id: TabId;
  /** Undefined where the browser has none; then every tab leads alone. */
  locks: Locks | undefined;
  openChannel: OpenChannel | undefined;
  /** `isSole`: no other tab's engine may write, so whatever locks others hold are those of a frozen tab. */
  openEngine(isSole: boolean): LedEngine;
  now(): number;
}

/** A leader that has given way waits so long for its lock to be taken, then lets anyone have it. */
const YIELD_MS = 2000;

/**
 * The tab that holds the Web Lock `tarn:leader` opens an engine; the others queue for the lock, and ask it over BroadcastChannels. When
 * it closes or crashes, the browser hands the lock to the next tab, which opens an engine at once: nothing is announced and nothing can
 * be missed. A leader that is merely silent keeps its lock until a person takes over, since it may have a run that is worth more than
 * the wait. Its commits are put-if-absent, so even a leader that does not know yet that it was replaced can lose or double nothing.
 */
export class Tab implements TabsApi, Pick<EngineApi, 'status' | 'subscribe'> {
  readonly calls = new Calls();
  readonly #events = new EventHub();
  readonly #watch = new LeaderWatch((isSilent) => this.#missBeat(isSilent));
  readonly #arrivals = new Set<() => void>();
  #role: TabRole = { role: 'electing', tabs: 1 };
  #leader: OwnEngine | OtherTab | null = null;
  #audience: Audience | null = null;
  /** Null without locks or channels. */
  readonly #shared: { post: Post; election: Election; handover: Handover } | null;

  constructor(readonly parts: TabParts) {
    this.#shared = this.#openShared();
    if (this.#shared) this.#seek();
    else this.#lead();
  }

  async role(): Promise<TabRole> {
    return this.#role;
  }

  async status(): Promise<EngineStatus> {
    return this.#events.status;
  }

  async subscribe(listener: (event: EngineEvent) => void): Promise<() => void> {
    return Comlink.proxy(this.#events.subscribe(listener));
  }

  async takeOver(): Promise<void> {
    if (!this.#shared || this.#shared.election.isWon) return;
    const { election, handover } = this.#shared;
    if (this.#leader instanceof OtherTab) await handover.ask(this.#leader.id);
    const arrived = new Promise<void>((resolve) => this.#arrivals.add(resolve));
    election.seize();
    await arrived;
  }

  /** The page goes into the back/forward cache, where nothing runs: it must not hold the lock. */
  suspend(): void {
    if (!this.#shared) return;
    this.#shared.election.leave();
    this.#watch.stop();
    this.#giveUp();
  }

  /** The page has come back. */
  resume(): void {
    if (this.#shared) this.#seek();
  }

  #openShared() {
    const { id, locks, openChannel } = this.parts;
    if (!locks || !openChannel) return null;
    const post = new Post(openChannel, id, (message) => this.#hear(message));
    const election = new Election(locks, id, {
      onWon: () => this.#lead(),
      onLost: () => {
        this.#giveUp();
        this.#seek();
      },
    });
    return { post, election, handover: new Handover(post) };
  }

  /** Queues to lead, and asks who does. */
  #seek(): void {
    this.#shared?.election.join();
    this.#shared?.post.tellAll({ type: 'hello' });
    this.#watch.start();
  }

  #lead(): void {
    this.#watch.stop();
    this.#giveUp();
    const engine = this.parts.openEngine(this.#shared !== null);
    const leader = new OwnEngine(engine);
    void engine.subscribe((event) => {
      if (this.#leader === leader) this.#passOn(event);
    });
    this.#follow(leader);
    this.#become({ role: 'leader', tabs: 1 });
    this.#openAudience(leader);
    for (const resolve of this.#arrivals) resolve();
    this.#arrivals.clear();
  }

  #openAudience(leader: OwnEngine): void {
    if (!this.#shared) return;
    const { post, election } = this.#shared;
    this.#audience = new Audience({
      post,
      leader,
      since: this.parts.now(),
      status: () => this.#events.status,
      countTabs: () => election.countTabs(),
      confirm: () => election.confirm(),
      onTabs: (tabs) => this.#become({ role: 'leader', tabs }),
    });
    this.#audience.greet();
  }

  /** Neither leads nor follows from here on. */
  #giveUp(): void {
    this.#audience?.end();
    this.#audience = null;
    this.#follow(null);
    this.#become({ role: 'electing', tabs: this.#role.tabs });
    this.#setStatus({ state: 'starting' });
  }

  #follow(leader: OwnEngine | OtherTab | null): void {
    this.#leader = leader;
    this.calls.follow(leader);
  }

  /** Gives way to a tab that asks for it. */
  async #resign(to: TabId): Promise<void> {
    if (!this.#shared) return;
    const { post, election } = this.#shared;
    if (election.isWon && !(await election.confirm())) return;
    const leader = this.#leader;
    if (leader instanceof OwnEngine) {
      post.send(to, { type: 'resigning' });
      // An engine that could not start has nothing to cancel.
      await leader.engine.cancelAll().catch(() => undefined);
      // What the cancelled calls answer leaves before their leader does.
      await new Promise((resolve) => setTimeout(resolve));
      if (this.#leader === leader) this.#yield();
    }
    post.send(to, { type: 'resigned' });
  }

  /** Ends the engine and holds the lock until it is taken. */
  #yield(): void {
    this.#giveUp();
    setTimeout(() => {
      const election = this.#shared?.election;
      if (!election?.isWon || this.#leader) return;
      election.leave();
      this.#seek();
    }, YIELD_MS);
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'hello':
        return this.#audience?.greet();
      case 'beat':
        return this.#hearBeat(message);
      case 'event':
      case 'answer':
        return this.#hearLeader(message);
      case 'call':
        return void this.#audience?.answer(message);
      case 'resign':
        return void this.#resign(message.from);
      case 'resigning':
      case 'resigned':
        return this.#shared?.handover.take(message);
    }
  }

  #hearBeat({ from, since, tabs, status }: Notice & { type: 'beat' }): void {
    if (!this.#isSeeking) return;
    const known = this.#leader instanceof OtherTab ? this.#leader : null;
    if (known?.id !== from) {
      // A former leader that has just thawed does not know yet that it was replaced.
      if (this.#shared === null || (known && known.since > since)) return;
      if (known) this.#giveUp();
      this.#follow(new OtherTab(this.#shared.post, from, since));
    }
    this.#watch.hear();
    this.#setStatus(status);
    this.#become({ role: 'follower', tabs, leaderAnswers: true });
  }

  #hearLeader(message: (Notice & { type: 'event' }) | (Letter & { type: 'answer' })): void {
    const leader = this.#leader;
    if (!(leader instanceof OtherTab) || leader.id !== message.from) return;
    this.#watch.hear();
    if (message.type === 'answer') leader.take(message);
    else this.#passOn(message.event);
  }

  #missBeat(isSilent: boolean): void {
    if (!isSilent) this.#shared?.post.tellAll({ type: 'hello' });
    else this.#become({ role: 'follower', tabs: this.#role.tabs, leaderAnswers: false });
  }

  /** Whether it waits for the lock, as followers do. */
  get #isSeeking(): boolean {
    return this.#shared?.election.isWaiting ?? false;
  }

  #passOn(event: EngineEvent): void {
    if (event.type === 'status') this.#setStatus(event.status);
    else this.#events.emit(event);
    this.#audience?.tell(event);
  }

  #setStatus(status: EngineStatus): void {
    if (JSON.stringify(status) !== JSON.stringify(this.#events.status)) this.#events.setStatus(status);
  }

  #become(role: TabRole): void {
    if (JSON.stringify(role) === JSON.stringify(this.#role)) return;
    this.#role = role;
    this.#events.emit({ type: 'role', role });
  }
}
