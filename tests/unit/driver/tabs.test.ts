import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '../../../workers/api.ts';
import { FakeSite, type FakeTab } from './fake-site.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Time for tabs to find each other. */
const SETTLE = 300;

async function openTabs(site: FakeSite, count: number): Promise<FakeTab[]> {
  const tabs: FakeTab[] = [];
  for (let index = 0; index < count; index += 1) {
    tabs.push(site.open());
    await pass(SETTLE);
  }
  return tabs;
}

/** What became of a promise, without waiting for it. */
function watch(promise: Promise<unknown>) {
  const seen: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  );
  return seen;
}

const rolesOf = (tabs: FakeTab[]) => tabs.map((one) => one.role().role);
const enginesOf = (tabs: FakeTab[]) =>
  tabs.map((one) => one.engines.filter((engine) => !engine.isClosed).length);

describe('tabs of one site', () => {
  it('have one engine, and know how many they are', async () => {
    const tabs = await openTabs(new FakeSite(), 5);
    expect(rolesOf(tabs)).toEqual(['leader', 'follower', 'follower', 'follower', 'follower']);
    expect(enginesOf(tabs)).toEqual([1, 0, 0, 0, 0]);
    await pass(SETTLE);
    expect(tabs.map((one) => one.role().tabs)).toEqual([5, 5, 5, 5, 5]);
  });

  it('answer alike: results, errors with their place, and bytes', async () => {
    const [leader, follower] = await openTabs(new FakeSite(), 2);
    for (const tab of [leader!, follower!]) {
      expect(await settled(tab.api.query('select 1'))).toEqual([{ by: 'tab1' }]);
      await expect(settled(tab.api.query('wrong'))).rejects.toMatchObject({ name: 'SqlError', line: 3 });
      expect((await settled(tab.api.queryArrow('x'))).ipc).toEqual(new Uint8Array([1, 2, 3]));
    }
    await expect(settled(follower!.api.query('not a copy'))).rejects.toMatchObject({
      name: 'DataCloneError',
    });
    expect(leader!.engines[0]!.asked).toHaveLength(5);
  });

  it('hear the same events and are in the same state', async () => {
    const tabs = await openTabs(new FakeSite(), 3);
    const [engine] = tabs[0]!.engines;
    engine!.become({ state: 'busy', what: 'run of x' });
    engine!.emit({ type: 'run', run: { runId: 'r1' } as RunSummary });
    await pass(10);
    for (const { api, events } of tabs) {
      expect(await api.status()).toEqual({ state: 'busy', what: 'run of x' });
      expect(events.filter(({ type }) => type === 'run')).toEqual([{ type: 'run', run: { runId: 'r1' } }]);
    }
  });

  it('tell a tab that is opened later how the engine is', async () => {
    const site = new FakeSite();
    const [leader] = await openTabs(site, 1);
    leader!.engines[0]!.become({ state: 'busy', what: 'run of x' });
    const late = site.open();
    expect(await late.api.status()).toEqual({ state: 'starting' });
    await pass(10);
    expect(await late.api.status()).toEqual({ state: 'busy', what: 'run of x' });
  });

  it('beat only while there are others', async () => {
    const site = new FakeSite();
    const [leader, follower] = await openTabs(site, 2);
    site.kill(follower!);
    await pass(3000);
    expect(leader!.role()).toEqual({ role: 'leader', tabs: 1 });
    expect(vi.getTimerCount()).toBe(1); // the dead follower's own
  });

  it('lead alone where the browser has no locks', async () => {
    const site = new FakeSite();
    const tabs = [site.open({ shared: false }), site.open({ shared: false })];
    await pass(SETTLE);
    expect(rolesOf(tabs)).toEqual(['leader', 'leader']);
    expect(await tabs[1]!.api.query('x')).toEqual([{ by: 'tab2' }]);
    await tabs[1]!.api.takeOver();
  });

  it('of another build are told what is unknown', async () => {
    const site = new FakeSite();
    await openTabs(site, 2);
    const { Post } = await import('../../../workers/driver/tabs/post.ts');
    const heard: unknown[] = [];
    const stranger = new Post(site.channelsOf('old'), 'old', (message) => heard.push(message));
    stranger.send('tab1', { type: 'call', id: 1, method: 'constructor', args: [] });
    await pass(10);
    expect(heard).toContainEqual(
      expect.objectContaining({
        outcome: { error: expect.objectContaining({ name: 'UnknownMethodError' }) },
      }),
    );
  });
});

describe('a leader that is closed or crashes', () => {
  it('is followed by the next in the queue, at once, and the others follow that one', async () => {
    const site = new FakeSite();
    const [first, ...others] = await openTabs(site, 4);
    site.kill(first!);
    await pass(10);
    expect(rolesOf(others)).toEqual(['leader', 'follower', 'follower']);
    expect(enginesOf(others)).toEqual([1, 0, 0]);
    expect(await settled(others[2]!.api.query('x'))).toEqual([{ by: 'tab2' }]);
  });

  it('leaves questions to the next, and work to whoever asked for it', async () => {
    const site = new FakeSite();
    const [first, ...others] = await openTabs(site, 3);
    const questions = others.map(({ api }) => watch(api.query('slow')));
    const runs = others.map(({ api }) => watch(api.run('x')));
    await pass(10);
    expect(first!.engines[0]!.asked).toHaveLength(4);
    site.kill(first!);
    await pass(10);
    const [engine] = others[0]!.engines;
    expect(engine!.asked).toEqual([
      ['query', 'slow'],
      ['query', 'slow'],
    ]);
    engine!.finish(null);
    await pass(10);
    for (const question of questions) expect(question.value).toEqual([{ by: 'tab2' }]);
    for (const run of runs) expect(run.error).toMatchObject({ name: 'LeaderLostError' });
  });

  it('shows its followers an engine that starts until the next one is ready', async () => {
    const site = new FakeSite();
    const [first, second, third] = await openTabs(site, 3);
    first!.engines[0]!.become({ state: 'ready' });
    await pass(10);
    site.kill(first!);
    await pass(10);
    expect(await third!.api.status()).toEqual({ state: 'starting' });
    second!.engines[0]!.become({ state: 'ready' });
    await pass(10);
    expect(await third!.api.status()).toEqual({ state: 'ready' });
    expect(third!.events.flatMap((event) => (event.type === 'role' ? event.role.role : []))).toContain(
      'electing',
    );
  });
});

describe('a leader that is silent', () => {
  it('is told of after a second, and keeps its place however long it is', async () => {
    const site = new FakeSite();
    const [first, second] = await openTabs(site, 2);
    site.freeze(first!);
    await pass(700);
    expect(second!.role()).toMatchObject({ leaderAnswers: true });
    await pass(600);
    expect(second!.role()).toMatchObject({ role: 'follower', leaderAnswers: false });
    await pass(60_000);
    expect(enginesOf([first!, second!])).toEqual([1, 0]);
    site.thaw(first!);
    await pass(SETTLE);
    expect(second!.role()).toMatchObject({ role: 'follower', leaderAnswers: true });
  });

  it('gives way to Take over; when it wakes it ends its engine and follows', async () => {
    const site = new FakeSite();
    const [first, second, third] = await openTabs(site, 3);
    const question = watch(third!.api.query('slow'));
    const own = watch(first!.api.run('x'));
    await pass(10);
    site.freeze(first!);
    const late = watch(second!.api.run('late'));
    await pass(1500);
    const taken = watch(third!.api.takeOver());
    await pass(490);
    expect(third!.engines).toHaveLength(0);
    await pass(20);
    expect(taken).toHaveProperty('value');
    expect(rolesOf([second!, third!])).toEqual(['follower', 'leader']);
    third!.engines[0]!.finish(null);
    await pass(10);
    expect(question.value).toEqual([{ by: 'tab3' }]);

    expect(first!.engines[0]!.isClosed).toBe(false);
    const heard = second!.events.length;
    site.thaw(first!);
    await pass(SETTLE);
    // It is not followed though it beats once more.
    const told = second!.events.slice(heard);
    expect(told.flatMap((event) => (event.type === 'role' ? event.role.role : []))).not.toContain('electing');
    expect(first!.engines[0]!.isClosed).toBe(true);
    expect(own.error).toMatchObject({ name: 'LeaderLostError' });
    expect(late.error).toMatchObject({ name: 'LeaderLostError' });
    expect(first!.engines[0]!.asked).not.toContainEqual(['run', 'late']);
    expect(first!.engines[0]!.isCancelled).toBe(false);
    expect(rolesOf([first!, second!, third!])).toEqual(['follower', 'follower', 'leader']);
    expect(await settled(first!.api.query('x'))).toEqual([{ by: 'tab3' }]);
    expect(enginesOf([first!, second!, third!])).toEqual([0, 0, 1]);
  });

  it('is offered to be replaced by a tab that has never heard of it', async () => {
    const site = new FakeSite();
    const [first] = await openTabs(site, 1);
    site.freeze(first!);
    const second = site.open();
    await pass(1300);
    expect(second.role()).toMatchObject({ role: 'follower', leaderAnswers: false });
    const question = watch(second.api.query('x'));
    await pass(31_000);
    expect(question.error).toMatchObject({ name: 'NoLeaderError' });
    await settled(second.api.takeOver());
    expect(await settled(second.api.query('x'))).toEqual([{ by: 'tab2' }]);
  });

  it('is not called so by a tab that slept itself', async () => {
    const site = new FakeSite();
    const [, second] = await openTabs(site, 2);
    site.freeze(second!);
    await pass(500);
    site.thaw(second!);
    await pass(SETTLE);
    expect(second!.role()).toMatchObject({ leaderAnswers: true });
  });
});

describe('Take over', () => {
  it('has the living leader cancel its runs first, and passes by those who wait longer', async () => {
    const [first, second, third] = await openTabs(new FakeSite(), 3);
    const run = watch(third!.api.run('x'));
    await pass(10);
    await settled(third!.api.takeOver());
    expect(run.value).toEqual({ state: 'cancelled' });
    expect(first!.engines[0]).toMatchObject({ isCancelled: true, isClosed: true });
    await pass(SETTLE);
    expect(rolesOf([first!, second!, third!])).toEqual(['follower', 'follower', 'leader']);
    expect(enginesOf([first!, second!, third!])).toEqual([0, 0, 1]);
    expect(second!.engines).toHaveLength(0);
  });

  it('by two tabs at once leaves one leader', async () => {
    const tabs = await openTabs(new FakeSite(), 3);
    await settled(Promise.all([tabs[1]!.api.takeOver(), tabs[2]!.api.takeOver()]));
    await pass(SETTLE);
    expect(rolesOf(tabs).toSorted()).toEqual(['follower', 'follower', 'leader']);
    expect(enginesOf(tabs).toSorted()).toEqual([0, 0, 1]);
  });

  it('by a tab that is closed meanwhile leaves a leader', async () => {
    const site = new FakeSite();
    const [first, second, third] = await openTabs(site, 3);
    void third!.api.takeOver();
    await pass(0);
    site.kill(third!);
    await pass(4000);
    expect(rolesOf([first!, second!]).toSorted()).toEqual(['follower', 'leader']);
    expect(await settled(first!.api.query('x'))).toHaveLength(1);
  });

  it('is nothing for the leader itself', async () => {
    const [first] = await openTabs(new FakeSite(), 1);
    await first!.api.takeOver();
    expect(enginesOf([first!])).toEqual([1]);
  });
});

describe('a page in the back/forward cache', () => {
  it('leads no more, and follows when it is shown again', async () => {
    const [first, second] = await openTabs(new FakeSite(), 2);
    first!.tab.suspend();
    await pass(SETTLE);
    expect(rolesOf([first!, second!])).toEqual(['electing', 'leader']);
    first!.tab.resume();
    await pass(SETTLE);
    expect(rolesOf([first!, second!])).toEqual(['follower', 'leader']);
  });

  it('is not waited for: it has left the queue', async () => {
    const site = new FakeSite();
    const [first, second, third] = await openTabs(site, 3);
    second!.tab.suspend();
    site.kill(first!);
    await pass(10);
    expect(third!.role().role).toBe('leader');
    expect(second!.engines).toHaveLength(0);
  });
});

/** Awaits a promise while time goes on. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await pass(50);
  return promise;
}
