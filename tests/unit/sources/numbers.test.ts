import { describe, expect, it } from 'vitest';

import { formatDay, isWeekend, parseDay } from '../../../workers/sources/calendar.ts';
import { exponential, inverseNormal, logarithm } from '../../../workers/sources/transactions/numbers.ts';
import { drawBelow, drawOrder, drawUnit, openStream } from '../../../workers/sources/transactions/random.ts';

describe('elementary functions', () => {
  it('agree with those of the engine', () => {
    for (let x = -20; x <= 20; x += 0.37) expect(exponential(x) / Math.exp(x)).toBeCloseTo(1, 11);
    for (let x = 1e-10; x < 1e6; x *= 1.7) expect(logarithm(x)).toBeCloseTo(Math.log(x), 9);
  });

  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.025, -1.959963985],
    [0.999, 3.090232306],
    [1e-9, -5.997807015],
  ])('puts the normal quantile of %d at %d', (p, z) => {
    expect(inverseNormal(p)).toBeCloseTo(z, 7);
  });
});

describe('openStream', () => {
  it('repeats itself, and differs with every part of the key', () => {
    const first = (seed: number, ...key: (string | number)[]) => {
      const stream = openStream(seed, ...key);
      return [stream.next(), stream.next(), stream.next()].join();
    };
    expect(first(42, 'transactions', 20089, 0)).toBe(first(42, 'transactions', 20089, 0));
    const streams = [
      first(42, 'transactions', 20089, 0),
      first(43, 'transactions', 20089, 0),
      first(42, 'customers', 20089, 0),
      first(42, 'transactions', 20090, 0),
      first(42, 'transactions', 20089, 1),
      first(42, 'transactions', 20088, 1),
      first(0),
      first(4_294_967_295),
    ];
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('is uniform, also over the first draws of neighbouring keys', () => {
    const firsts = Array.from({ length: 20_000 }, (_, chunk) =>
      drawUnit(openStream(7, 'transactions', chunk)),
    );
    const bins = new Array<number>(20).fill(0);
    for (const u of firsts) bins[Math.floor(u * 20)] = (bins[Math.floor(u * 20)] ?? 0) + 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(43.8); // 99.9 % of chi-square with 19 degrees of freedom
  });

  it('shuffles all numbers', () => {
    const order = drawOrder(openStream(1), 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(order[0] === 0 && order[1] === 1).toBe(false);
    expect(drawBelow(openStream(1), 1)).toBe(0);
  });
});

describe('calendar', () => {
  it('agrees with Date over four centuries', () => {
    for (let day = -29_219; day < 116_877; day += 13) {
      expect(parseDay(formatDay(day))).toBe(day);
      expect(isWeekend(day)).toBe([0, 6].includes(new Date(day * 86_400_000).getUTCDay()));
    }
  });

  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-04-31',
    '2025-1-1',
    '2025/01/01',
    'abcd-ef-gh',
    '',
  ])('refuses %j', (text) => expect(parseDay(text)).toBeUndefined());
});
