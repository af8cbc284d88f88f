import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of pseudo-random 32-bit integers; `next` moves it on. */
export interface RandomStream {
  next(): number;
}

const TWO_POW_MINUS_32 = 1 / 4_294_967_296;

/**
 * A stream of its own for each combination of seed and key, such as (42, 'transactions', 20089, 3).
 * xoroshiro128+ (Blackman and Vigna) from a state that MurmurHash3 mixes: every bit of the key changes half of the state.
 */
export function openStream(seed: number, ...key: (string | number)[]): RandomStream {
  const words = [seed | 0, ...key.flatMap(keyWords)];
  const state = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((lane) => mixWords(lane, words));
  return xoroshiro128plusFromState(state);
}

/** Uniform in [0, 1), in steps of 2^-32. */
export function drawUnit(random: RandomStream): number {
  return (random.next() >>> 0) * TWO_POW_MINUS_32;
}

/** Uniform whole number in [0, count). */
export function drawBelow(random: RandomStream, count: number): number {
  return Math.floor(drawUnit(random) * count);
}

/** The numbers 0 .. count - 1 in random order (Fisher and Yates). */
export function drawOrder(random: RandomStream, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = drawBelow(random, index + 1);
    const moved = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}

function keyWords(part: string | number): number[] {
  if (typeof part === 'number') return [part | 0];
  return [part.length, ...Array.from(part, (letter) => letter.charCodeAt(0))];
}

/** MurmurHash3_x86_32 (Appleby) over 32-bit words. */
function mixWords(start: number, words: number[]): number {
  let hash = start | 0;
  for (const word of words) {
    let block = Math.imul(word, 0xcc9e2d51);
    block = (block << 15) | (block >>> 17);
    hash ^= Math.imul(block, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
