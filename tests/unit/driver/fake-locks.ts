/** Web Locks of one site, whose tabs can die and freeze. */

interface Request {
  name: string;
  client: string;
  mode: LockMode;
  grant: () => void;
  refuse: (cause: Error) => void;
}

export class FakeLocks {
  readonly #held: Request[] = [];
  #pending: Request[] = [];
  readonly #dead = new Set<string>();
  readonly #frozen = new Map<string, (() => void)[]>();

  /** `navigator.locks` of one tab. */
  of(client: string): Pick<LockManager, 'request' | 'query'> {
    return {
      request: ((name: string, options: LockOptions, body: () => Promise<unknown>) =>
        this.#request(client, name, options, body)) as LockManager['request'],
      query: async () => ({ held: this.#held.map(describe), pending: this.#pending.map(describe) }),
    };
  }

  /** Its process is gone: nothing of it is heard again. */
  kill(client: string): void {
    this.#dead.add(client);
    this.freeze(client);
    this.#pending = this.#pending.filter((one) => one.client !== client);
    for (const one of this.#held.filter((held) => held.client === client)) this.#release(one);
  }

  freeze(client: string): void {
    this.#frozen.set(client, this.#frozen.get(client) ?? []);
  }

  thaw(client: string): void {
    const late = this.#frozen.get(client) ?? [];
    this.#frozen.delete(client);
    for (const tell of late) tell();
  }

  #request(client: string, name: string, options: LockOptions, body: () => Promise<unknown>) {
    return new Promise((resolve, reject) => {
      if (this.#dead.has(client)) return;
      const request: Request = {
        name,
        client,
        mode: 'exclusive',
        grant: () =>
          this.#tell(client, () => {
            void body()
              .then(resolve, reject)
              .finally(() => this.#release(request));
          }),
        refuse: (cause) => this.#tell(client, () => reject(cause)),
      };
      options.signal?.addEventListener('abort', () => {
        this.#pending = this.#pending.filter((one) => one !== request);
        request.refuse(new DOMException('left', 'AbortError'));
      });
      if (options.steal) this.#steal(request);
      else this.#pending.push(request);
      this.#grantNext(name);
    });
  }

  #steal(request: Request): void {
    const index = this.#held.findIndex(({ name }) => name === request.name);
    const [robbed] = index < 0 ? [] : this.#held.splice(index, 1);
    robbed?.refuse(new DOMException('stolen', 'AbortError'));
    this.#pending.unshift(request);
  }

  #release(request: Request): void {
    const index = this.#held.indexOf(request);
    if (index >= 0) this.#held.splice(index, 1);
    this.#grantNext(request.name);
  }

  #grantNext(name: string): void {
    if (this.#held.some((one) => one.name === name)) return;
    const next = this.#pending.find((one) => one.name === name);
    if (!next) return;
    this.#pending.splice(this.#pending.indexOf(next), 1);
    this.#held.push(next);
    next.grant();
  }

  #tell(client: string, tell: () => void): void {
    const late = this.#frozen.get(client);
    if (late) late.push(tell);
    else queueMicrotask(tell);
  }
}

function describe({ name, client, mode }: Request): LockInfo {
  return { name, clientId: client, mode };
}
