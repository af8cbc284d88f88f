import { afterEach, describe, expect, it, vi } from 'vitest';
import { type StoreClient, startStore } from './store-client.ts';

const started: StoreClient[] = [];
const root = () => `frozen-${Date.now()}-${started.length}`;
const bytes = (text: string) => new TextEncoder().encode(text);

async function start(name: string): Promise<StoreClient> {
  const client = await startStore(name);
  started.push(client);
  return client;
}

/** Two threads on one store; the first stops whenever it is about to give a file its name. */
async function openFrozen(): Promise<[StoreClient, StoreClient]> {
  const name = root();
  const frozen = await start(name);
  const successor = await start(name);
  // The table's first version, which both know.
  await frozen.snapshot();
  await frozen.publish('log/0', bytes('first'));
  await frozen.freezeMoves();
  return [frozen, successor];
}

const untilFrozen = (client: StoreClient, moves: number) =>
  vi.waitFor(async () => expect(await client.frozenMoves()).toBe(moves));

afterEach(async () => {
  for (const client of started.splice(0)) client.terminate();
  const top = await navigator.storage.getDirectory();
  for await (const name of top.keys())
    if (name.startsWith('frozen-')) await top.removeEntry(name, { recursive: true }).catch(() => undefined);
});

describe('a thread that is frozen in the middle of a commit', () => {
  it('shuts others out of the table, until its successor breaks its lock', async () => {
    const [frozen, successor] = await openFrozen();
    void frozen.putIfAbsent('log/1', bytes('frozen'));
    await untilFrozen(frozen, 1);
    await successor.breakCommits();
    expect(await successor.putIfAbsent('log/1', bytes('successor'))).toBe(true);
  });

  it('cannot move its file over a commit made since', async () => {
    const [frozen, successor] = await openFrozen();
    const late = frozen.putIfAbsent('log/1', bytes('frozen'));
    await untilFrozen(frozen, 1);
    await successor.breakCommits();
    await successor.putIfAbsent('log/1', bytes('successor'));
    await frozen.wake();
    expect(await late).toBe(false);
    expect(await successor.read('log/1')).toEqual(bytes('successor'));
  });

  it('cannot do so with what waited for its turn either', async () => {
    const [frozen, successor] = await openFrozen();
    const late = [1, 2, 3].map((version) => frozen.putIfAbsent(`log/${version}`, bytes('frozen')));
    await untilFrozen(frozen, 1);
    await successor.breakCommits();
    for (const version of [1, 2, 3])
      expect(await successor.putIfAbsent(`log/${version}`, bytes('successor'))).toBe(true);
    const waking = setInterval(() => void frozen.wake(), 20);
    expect(await Promise.all(late)).toEqual([false, false, false]);
    clearInterval(waking);
    for (const version of [1, 2, 3])
      expect(await successor.read(`log/${version}`)).toEqual(bytes('successor'));
  });

  it('appends after its successor when it wakes: each commit is there once', async () => {
    const [frozen, successor] = await openFrozen();
    const late = frozen.append('frozen', 1);
    await untilFrozen(frozen, 1);
    await successor.breakCommits();
    expect(await successor.append('successor', 3)).toEqual([1, 2, 3]);
    const waking = setInterval(() => void frozen.wake(), 20);
    expect(await late).toEqual([4]);
    clearInterval(waking);
    const { version, paths } = await successor.snapshot();
    expect(version).toBe(4);
    expect(paths.toSorted()).toEqual(['frozen-0', 'successor-0', 'successor-1', 'successor-2']);
  });
});
