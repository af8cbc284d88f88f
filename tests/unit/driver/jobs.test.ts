import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, Job } from '../../../workers/api.ts';
import { Jobs } from '../../../workers/driver/jobs.ts';

let told: Job[];
let now: number;
let jobs: Jobs;

beforeEach(() => {
  told = [];
  now = 0;
  const hear = (event: EngineEvent): void => {
    if (event.type === 'job') told.push(event.job);
  };
  jobs = new Jobs(hear, () => now);
});

describe('jobs', () => {
  it('tell their start, their progress and their end', async () => {
    const answer = await jobs.run('backup', 'sales', { jobId: 'b1' }, async ({ expect: total, advance }) => {
      total(30);
      now += 1000;
      advance(10, 'a.parquet');
      advance(20, 'b.parquet');
      return 'done';
    });
    expect(answer).toBe('done');
    const first = { jobId: 'b1', what: 'backup', subject: 'sales', state: 'running', detail: null };
    expect(told).toEqual([
      { ...first, doneBytes: 0, totalBytes: null },
      { ...first, doneBytes: 0, totalBytes: 30 },
      { ...first, doneBytes: 10, totalBytes: 30, detail: 'a.parquet' },
      { ...first, doneBytes: 30, totalBytes: 30, detail: 'b.parquet', state: 'completed' },
    ]);
  });

  it('are cancelled by their id, at their next step', async () => {
    const running = jobs.run('vacuum', 'gold.sales', { jobId: 'v1' }, async ({ advance, signal }) => {
      jobs.cancel('other');
      expect(signal.aborted).toBe(false);
      jobs.cancel('v1');
      advance(1);
    });
    await expect(running).rejects.toMatchObject({
      name: 'JobCancelledError',
      message: 'vacuum of gold.sales was cancelled.',
    });
    expect(told.map(({ state }) => state)).toEqual(['running', 'cancelled']);
    jobs.cancel('v1');
  });

  it('fail with the error of their work, and free their id', async () => {
    const fail = async (): Promise<void> => Promise.reject(new Error('broken'));
    await expect(jobs.run('optimize', 't', { jobId: 'o' }, fail)).rejects.toThrow('broken');
    expect(told.at(-1)).toMatchObject({ state: 'failed' });
    await expect(jobs.run('optimize', 't', { jobId: 'o' }, async () => 1)).resolves.toBe(1);
  });

  it('refuse an id that is taken', async () => {
    const twice = jobs.run('backup', 'a', { jobId: 'x' }, () =>
      jobs.run('backup', 'b', { jobId: 'x' }, async () => 1),
    );
    await expect(twice).rejects.toMatchObject({ name: 'JobExistsError' });
  });
});
