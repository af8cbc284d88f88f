import { expect, test } from 'vitest';
import { StatementQueue, type Priority } from '../../../workers/warehouse/queue.ts';

/** Queues tasks behind one in progress and answers the order in which they ran. */
async function orderOf(priorities: Priority[]): Promise<string[]> {
  const queue = new StatementQueue();
  const order: string[] = [];
  const tasks = [
    queue.run('batch', () => Promise.resolve()),
    ...priorities.map((priority, i) =>
      queue.run(priority, () => {
        order.push(`${priority[0] ?? ''}${i}`);
        return Promise.resolve();
      }),
    ),
  ];
  await Promise.all(tasks);
  return order;
}

test('people go before runs, each in the order they came', async () => {
  expect(await orderOf(['batch', 'batch', 'interactive', 'interactive'])).toEqual(['i2', 'i3', 'b0', 'b1']);
});

test('a run is not starved by people', async () => {
  const order = await orderOf(['batch', ...Array.from({ length: 20 }, () => 'interactive' as const)]);
  expect(order.indexOf('b0')).toBe(8);
});

test('a failed task passes the turn on', async () => {
  const queue = new StatementQueue();
  const failed = queue.run('batch', () => Promise.reject(new Error('no')));
  const next = queue.run('batch', () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('an abort takes a waiting task out of the queue', async () => {
  const queue = new StatementQueue();
  let finish = () => {};
  const running = queue.run('batch', () => new Promise<void>((resolve) => (finish = resolve)));
  const abort = new AbortController();
  const waiting = queue.run('interactive', () => Promise.resolve('ran'), abort.signal);
  const after = queue.run('interactive', () => Promise.resolve('after'));
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'QueryCancelledError' });
  finish();
  await running;
  expect(await after).toBe('after');
});
