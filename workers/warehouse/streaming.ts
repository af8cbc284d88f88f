/** Rows of an open result, a few batches per turn, so that no reader keeps the engine from others. */

import type { Chunk } from './connection.ts';
import { QueryCancelledError } from './errors.ts';
import { cutChunk, fetchChunk, type Job, type OpenResult } from './runner.ts';

/** Batches of 2,048 rows fetched in one turn. */
const batchesPerTurn = 16;

/** The batches up to `limit` rows; closes the job's connection at the end, however it comes. */
export async function* streamChunks(
  job: Job,
  result: OpenResult,
  take: <T>(task: () => Promise<T>) => Promise<T>,
  limit = Infinity,
): AsyncGenerator<Chunk> {
  let left = limit;
  try {
    while (left > 0) {
      const chunks = await take(() => fetchSome(job, result));
      for (const chunk of chunks) {
        if (job.signal?.aborted) throw new QueryCancelledError(job.signal.reason);
        if (chunk.numRows > left) cutChunk(result.schema, chunk, left);
        left -= chunk.numRows;
        yield chunk;
        if (left <= 0) return;
      }
      if (chunks.length < batchesPerTurn) return;
    }
  } finally {
    // A connection of an engine that has restarted is gone already.
    await job.connection.close().catch(() => undefined);
  }
}

async function fetchSome(job: Job, result: OpenResult): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  while (chunks.length < batchesPerTurn) {
    const chunk = await fetchChunk(job, result);
    if (!chunk) break;
    chunks.push(chunk);
  }
  return chunks;
}
