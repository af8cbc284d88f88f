import { describe, expect, test } from 'vitest';
import type { EncodeJob, StructType, WrittenFile } from '../../../workers/lake/types.ts';
import { LakeAdapter } from '../../../workers/transform/adapter.ts';
import { castToDelta } from '../../../workers/transform/delta-cast.ts';
import type { LakeAdapterOptions, Relation } from '../../../workers/transform/types.ts';

const relation: Relation = { database: 'lab', schema: 'gold', identifier: 'daily' };
const END = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
const field = (name: string, type: StructType['fields'][number]['type']) => ({
  name,
  type,
  nullable: true,
  metadata: {},
});
const schema: StructType = { type: 'struct', fields: [field('day', 'date'), field('at', 'timestamp')] };

/** A lake, warehouse and codec in memory that write down what is asked of them. */
class Fakes {
  batches: { bytes: Uint8Array; numRows: number }[] = [1, 2, 3, 4, 5].map((n) => ({
    bytes: Uint8Array.of(n),
    numRows: 100,
  }));
  kind: 'table' | 'view' | null = null;
  events: string[] = [];
  jobs: EncodeJob[] = [];
  committed: WrittenFile[] = [];
  discarded: string[] = [];
  closed = false;
  mostInFlight = 0;
  #inFlight = 0;
  /** What the codec does before it answers. */
  encoding: (n: number, signal?: AbortSignal) => Promise<void> = () => Promise.resolve();
  describing = () =>
    Promise.resolve([
      { name: 'day', type: 'DATE' },
      { name: 'at', type: 'TIMESTAMP' },
    ]);
  committing: () => Promise<void> = () => Promise.resolve();

  adapter(options: Partial<LakeAdapterOptions> = {}): LakeAdapter {
    return new LakeAdapter({
      warehouse: {
        columnsOf: () => this.describing(),
        stream: (sql) => {
          this.events.push(`stream ${sql}`);
          return Promise.resolve({ schema: Uint8Array.of(9), columns: [], batches: this.#read() });
        },
        rows: (sql, run) => Promise.resolve([{ sql, ...run }]),
        createView: (...args) => this.#note(`create view ${args.join('.')}`),
      },
      lake: {
        kindOf: () => Promise.resolve(this.kind),
        openTable: () => Promise.resolve({ overwrite: this.#overwrite, discard: this.#discard }),
        publishView: (_, sql) => this.#note(`publish ${sql}`),
        drop: (_, kind) => this.#note(`drop ${kind}`),
      },
      codec: { encode: this.#encode, decode: () => Promise.reject(new Error('not asked')) },
      tablePath: ({ database, schema: folder, identifier }) => `lake/${database}/${folder}/${identifier}`,
      deltaSchema: () => schema,
      compression: 'zstd',
      maxInFlight: 2,
      chunkRows: 200,
      catalog: 'lab',
      ...options,
    });
  }

  #note(event: string): Promise<void> {
    this.events.push(event);
    return Promise.resolve();
  }

  async *#read() {
    try {
      for (const batch of this.batches) {
        await Promise.resolve();
        yield batch;
      }
    } finally {
      this.closed = true;
    }
  }

  #encode = async (job: EncodeJob, signal?: AbortSignal): Promise<WrittenFile[]> => {
    const n = this.jobs.push(job);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      await this.encoding(n, signal);
    } finally {
      this.#inFlight--;
    }
    this.events.push(`encoded ${n}`);
    const add = { path: `file-${n}`, partitionValues: {}, size: 10, modificationTime: 0, dataChange: true };
    return [{ add, numRecords: 100 * (job.ipc.length - 1 - END.length) }];
  };

  #overwrite = async (
    ...[, , files]: Parameters<Awaited<ReturnType<LakeAdapterOptions['lake']['openTable']>>['overwrite']>
  ) => {
    await this.committing();
    this.events.push('commit');
    this.committed = files;
    return { version: 7, committed: true };
  };

  #discard = (files: WrittenFile[]): Promise<void> => {
    this.events.push('discard');
    this.discarded = files.map((file) => file.add.path);
    return Promise.resolve();
  };
}

const options = { partitionBy: ['day'], runId: 'run-1' };
const tick = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a table', () => {
  test('is cast, cut into complete streams, encoded and committed once', async () => {
    const fakes = new Fakes();
    const response = await fakes.adapter().createTableAs(relation, 'select 1', options);
    expect(response).toMatchObject({ rows_affected: 500, bytes: 30, files: 3, version: 7, schema });
    expect(fakes.events[0]).toBe(`stream ${castToDelta('select 1', schema)}`);
    expect(fakes.jobs.map((job) => [...job.ipc])).toEqual([
      [9, 1, 2, ...END],
      [9, 3, 4, ...END],
      [9, 5, ...END],
    ]);
    expect(fakes.jobs[0]).toMatchObject({
      tablePath: 'lake/lab/gold/daily',
      partitionColumns: ['day'],
      compression: 'zstd',
    });
    expect(fakes.committed.map((file) => file.add.path)).toEqual(['file-1', 'file-2', 'file-3']);
    expect(fakes.events.filter((event) => event === 'commit')).toHaveLength(1);
    expect(fakes.discarded).toEqual([]);
  });

  test('without rows is committed empty', async () => {
    const fakes = new Fakes();
    fakes.batches = [{ bytes: Uint8Array.of(1), numRows: 0 }];
    const response = await fakes.adapter().createTableAs(relation, 'select 1', options);
    expect(response).toMatchObject({ rows_affected: 0, files: 0, version: 7 });
    expect(fakes.jobs).toEqual([]);
  });

  test('has at most maxInFlight encoders at work, and its files in the order of the rows', async () => {
    const fakes = new Fakes();
    fakes.encoding = async (n) => {
      for (let i = 0; i < 8 - 2 * n; i++) await tick();
    };
    await fakes.adapter({ chunkRows: 100 }).createTableAs(relation, 'select 1', options);
    expect(fakes.mostInFlight).toBe(2);
    expect(fakes.committed.map((file) => file.add.path)).toEqual([1, 2, 3, 4, 5].map((n) => `file-${n}`));
  });

  test('tells the rows written so far', async () => {
    const seen: number[] = [];
    await new Fakes()
      .adapter()
      .createTableAs(relation, 'select 1', { ...options, onProgress: (rows) => seen.push(rows) });
    expect(seen).toEqual([200, 400, 500]);
  });

  test('takes the place of a view, only when its files are there', async () => {
    const fakes = new Fakes();
    fakes.kind = 'view';
    await fakes.adapter().createTableAs(relation, 'select 1', options);
    expect(fakes.events.slice(-2)).toEqual(['drop view', 'commit']);
  });

  test('partitioned by a column it does not have is refused before anything is written', async () => {
    const fakes = new Fakes();
    const made = fakes.adapter().createTableAs(relation, 'select 1', { ...options, partitionBy: ['month'] });
    await expect(made).rejects.toThrow(
      "partitioned by 'month', which the SELECT does not return. Columns: day, at.",
    );
    expect(fakes.jobs).toEqual([]);
  });
});

describe('when a table cannot be made', () => {
  test('abort: waits for the encoders, discards their files, commits nothing', async () => {
    const fakes = new Fakes();
    const abort = new AbortController();
    fakes.encoding = async (n) => {
      if (n === 2) abort.abort();
      await tick();
    };
    const made = fakes.adapter().createTableAs(relation, 'select 1', { ...options, signal: abort.signal });
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(fakes.discarded).toEqual(['file-1', 'file-2']);
    expect(fakes.events.indexOf('discard')).toBeGreaterThan(fakes.events.indexOf('encoded 2'));
    expect(fakes.events).not.toContain('commit');
    expect(fakes.closed).toBe(true);
  });

  test('abort while the last encoder works commits nothing either', async () => {
    const fakes = new Fakes();
    const abort = new AbortController();
    fakes.encoding = async (n) => {
      await tick();
      if (n === 3) abort.abort();
    };
    const made = fakes.adapter().createTableAs(relation, 'select 1', { ...options, signal: abort.signal });
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(fakes.discarded).toEqual(['file-1', 'file-2', 'file-3']);
    expect(fakes.events).not.toContain('commit');
  });

  test('an encoder that fails stops the others and is the error told', async () => {
    const fakes = new Fakes();
    const stopped: boolean[] = [];
    fakes.encoding = async (n, signal) => {
      await tick();
      if (n === 1) throw new Error('disk full');
      await tick();
      stopped.push(signal?.aborted ?? false);
    };
    await expect(fakes.adapter().createTableAs(relation, 'select 1', options)).rejects.toThrow('disk full');
    expect(stopped).toEqual([true]);
    expect(fakes.discarded).toEqual(['file-2']);
    expect(fakes.events).not.toContain('commit');
  });

  test('a stream that breaks off leaves nothing', async () => {
    const fakes = new Fakes();
    const { batches } = fakes;
    fakes.batches = new Proxy(batches, {
      get(target, key, receiver) {
        if (key === '4') throw new Error('out of memory');
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    await expect(fakes.adapter().createTableAs(relation, 'select 1', options)).rejects.toThrow(
      'out of memory',
    );
    expect(fakes.discarded).toEqual(['file-1', 'file-2']);
  });

  test.each([
    ['CommitConflictError', ['file-1', 'file-2', 'file-3']],
    // It may have been made: to discard would empty a live table.
    ['QuotaExceededError', []],
  ])('a commit that fails with %s discards %j', async (name, discarded) => {
    const fakes = new Fakes();
    fakes.committing = () => Promise.reject(Object.assign(new Error('no commit'), { name }));
    await expect(fakes.adapter().createTableAs(relation, 'select 1', options)).rejects.toThrow('no commit');
    expect(fakes.discarded).toEqual(discarded);
  });
});

test('a view whose SELECT fails leaves the table that was there', async () => {
  const fakes = new Fakes();
  fakes.kind = 'table';
  fakes.describing = () => Promise.reject(new Error('no such column'));
  await expect(fakes.adapter().createViewAs(relation, 'select 2')).rejects.toThrow('no such column');
  expect(fakes.events).toEqual([]);
});

test('a view is made in the warehouse, then published; a table of that name goes first', async () => {
  const fakes = new Fakes();
  fakes.kind = 'table';
  await fakes.adapter().createViewAs(relation, 'select 2');
  expect(fakes.events).toEqual(['drop table', 'create view lab.gold.daily.select 2', 'publish select 2']);
});

test('queries run in the catalog', async () => {
  expect(await new Fakes().adapter().query('select 3', { limit: 5 })).toEqual([
    { sql: 'select 3', limit: 5, catalog: 'lab' },
  ]);
});

test('casts keep order and names, and make naive timestamps UTC', () => {
  const nested: StructType = {
    type: 'struct',
    fields: [
      field('a "b"', 'decimal(38,0)'),
      field('t', 'timestamp'),
      field('n', 'timestamp_ntz'),
      field('l', {
        type: 'array',
        containsNull: true,
        elementType: { type: 'struct', fields: [field('x', 'long')] },
      }),
    ],
  };
  expect(castToDelta('select *', nested)).toBe(
    [
      'select',
      '  cast("a ""b""" as DECIMAL(38,0)) as "a ""b""",',
      '  cast("t" as TIMESTAMP WITH TIME ZONE) as "t",',
      '  cast("n" as TIMESTAMP) as "n",',
      '  cast("l" as STRUCT("x" BIGINT)[]) as "l"',
      'from (',
      'select *',
      ') as dbt_model',
    ].join('\n'),
  );
});
