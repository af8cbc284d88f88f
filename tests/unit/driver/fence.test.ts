import { describe, expect, it } from 'vitest';
import { Fence } from '../../../workers/driver/fence.ts';

class Store {
  readonly kind = 'memory';
  readonly #files: string[] = [];
  async write(name: string) {
    this.#files.push(name);
    return this.#files.length;
  }
  async fail() {
    throw new Error('full');
  }
  get files() {
    return [...this.#files];
  }
}

/** Whether the promise settles within a few turns of the event loop. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const late = Symbol();
  const turn = new Promise((resolve) => setTimeout(resolve, 20, late));
  return (await Promise.race([promise.catch(() => undefined), turn])) !== late;
}

describe('a fence', () => {
  it('lets everything pass while it is open', async () => {
    const store = new Store();
    const guarded = new Fence().guard(store);
    expect(guarded).toBeInstanceOf(Store);
    expect(guarded.kind).toBe('memory');
    expect(await guarded.write('a')).toBe(1);
    await expect(guarded.fail()).rejects.toThrow('full');
  });

  it('lets nothing begin once it is closed, and nothing go on', async () => {
    const fence = new Fence();
    const store = new Store();
    const guarded = fence.guard(store);
    const begun = [guarded.write('a'), guarded.fail()];
    fence.close();
    for (const promise of [...begun, guarded.write('b'), guarded.fail()])
      expect(await isSettled(promise)).toBe(false);
    expect(store.files).toEqual(['a']);
  });

  it('tells once that it is closed, and those who come late at once', () => {
    const fence = new Fence();
    const heard: string[] = [];
    fence.onClose(() => heard.push('early'));
    fence.close();
    fence.close();
    fence.onClose(() => heard.push('late'));
    expect(heard).toEqual(['early', 'late']);
  });
});
