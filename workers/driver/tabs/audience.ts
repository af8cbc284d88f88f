/** What the leader does for its followers: it answers their calls, passes its events on, and shows that it lives. */
import type { EngineEvent, EngineStatus } from '../../api.ts';
import { toErrorShape } from '../errors.ts';
import { UnknownMethodError } from './errors.ts';
import type { Leader } from './leaders.ts';
import type { Letter } from './messages.ts';
import { isMethod, isRepeatable } from './methods.ts';
import type { Post } from './post.ts';
import { BEAT_MS } from './watch.ts';

/** Beats for nobody, before they stop: a tab that has just said hello may not be in the queue yet. */
const LAST_BEATS = 4;

export interface AudienceOptions {
  post: Post;
  leader: Leader;
  /** When this tab became the leader. */
  since: number;
  status(): EngineStatus;
  countTabs(): Promise<number>;
  /** Whether this tab leads still, as the browser has it. */
  confirm(): Promise<boolean>;
  /** Called when the number of tabs, this one included, has changed. */
  onTabs(tabs: number): void;
}

export class Audience {
  #timer: ReturnType<typeof setInterval> | undefined;
  #beats = 0;
  #tabs = 1;
  #isOver = false;

  constructor(readonly options: AudienceOptions) {}

  /** Somebody is there: beats until nobody is. */
  greet(): void {
    if (this.#isOver) return;
    this.#timer ??= setInterval(() => this.#beat(), BEAT_MS);
    this.#beats = 0;
    this.#beat();
  }

  tell(event: EngineEvent): void {
    if (this.#timer !== undefined) this.options.post.tellAll({ type: 'event', event });
  }

  /**
   * Performs a call and sends what came of it. Work that was asked for while this tab was frozen is not begun when it wakes, if it was
   * replaced meanwhile: whoever asked has been told that it is lost.
   */
  async answer({ from, id, method, args }: Letter & { type: 'call' }): Promise<void> {
    const isHarmless = !isMethod(method) || isRepeatable(method);
    if (!isHarmless && !(await this.options.confirm())) return;
    const outcome = await this.#perform(method, args);
    // The follower will learn of the next leader, and asks it what may be asked twice.
    if (this.#isOver) return;
    const { post } = this.options;
    try {
      post.send(from, { type: 'answer', id, outcome });
    } catch (cause) {
      post.send(from, { type: 'answer', id, outcome: { error: toErrorShape(cause) } });
    }
  }

  end(): void {
    this.#isOver = true;
    this.#stop();
  }

  async #perform(method: string, args: unknown[]): Promise<(Letter & { type: 'answer' })['outcome']> {
    try {
      if (!isMethod(method)) throw new UnknownMethodError(method);
      return { value: await this.options.leader.call(method, args) };
    } catch (thrown) {
      return { error: toErrorShape(thrown) };
    }
  }

  #beat(): void {
    const { post, since, status } = this.options;
    post.tellAll({ type: 'beat', since, tabs: this.#tabs, status: status() });
    this.#beats += 1;
    void this.#count();
  }

  async #count(): Promise<void> {
    const tabs = await this.options.countTabs();
    if (this.#isOver) return;
    if (tabs !== this.#tabs) this.options.onTabs((this.#tabs = tabs));
    if (tabs > 1) this.#beats = 0;
    else if (this.#beats > LAST_BEATS) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.options.post.forgetOthers();
  }
}
