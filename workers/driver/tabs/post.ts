/** The way from tab to tab. */
import type { Letter, Message, Notice, TabId } from './messages.ts';

/** What is needed of a BroadcastChannel. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}
export type OpenChannel = (name: string) => Channel;

const NAME = 'tarn';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** One channel for all, and one for each tab, so that a large answer is not copied into tabs that did not ask. */
export class Post {
  readonly #all: Channel;
  readonly #inbox: Channel;
  readonly #outboxes = new Map<TabId, Channel>();

  constructor(
    readonly open: OpenChannel,
    readonly id: TabId,
    onMessage: (message: Message) => void,
  ) {
    this.#all = open(NAME);
    this.#inbox = open(`${NAME}:${id}`);
    this.#all.onmessage = this.#inbox.onmessage = ({ data }) => onMessage(data as Message);
  }

  tellAll(notice: Without<Notice, 'from'>): void {
    this.#all.postMessage({ ...notice, from: this.id });
  }

  /** @throws DataCloneError when the letter holds what cannot be copied */
  send(to: TabId, letter: Without<Letter, 'from'>): void {
    const outbox = this.#outboxes.get(to) ?? this.open(`${NAME}:${to}`);
    this.#outboxes.set(to, outbox);
    outbox.postMessage({ ...letter, from: this.id });
  }

  /** Forgets the ways to other tabs: who is still there will be written to again. */
  forgetOthers(): void {
    for (const outbox of this.#outboxes.values()) outbox.close();
    this.#outboxes.clear();
  }

  close(): void {
    this.forgetOthers();
    this.#all.close();
    this.#inbox.close();
  }
}
