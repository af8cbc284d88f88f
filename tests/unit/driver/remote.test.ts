import { describe, expect, it } from 'vitest';
import { reviveErrors, shapeErrors } from '../../../workers/driver/remote.ts';

class PositionedError extends Error {
  override readonly name = 'PositionedError';
  readonly line = 3;
  readonly column = 7;
  readonly secret = 'not for the page';
}

class Target {
  #count = 1;
  async next() {
    return ++this.#count;
  }
  async fail(): Promise<never> {
    throw new PositionedError('line 3 is wrong');
  }
  failAtOnce(): never {
    throw new TypeError('no promise yet');
  }
}

const target = new Target();

describe('errors across a border', () => {
  it('leave as plain data with the fields that people need', async () => {
    const thrown: unknown = await shapeErrors(target)
      .fail()
      .catch((error: unknown) => error);
    expect(thrown).not.toBeInstanceOf(Error);
    expect(thrown).toEqual({ name: 'PositionedError', message: 'line 3 is wrong', line: 3, column: 7 });
    expect(structuredClone(thrown)).toEqual(thrown);
  });

  it('arrive as errors again', async () => {
    const error = (await reviveErrors(shapeErrors(target))
      .fail()
      .catch((thrown: unknown) => thrown)) as PositionedError;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'PositionedError', message: 'line 3 is wrong', line: 3, column: 7 });
  });

  it('are caught before a promise is made, too', async () => {
    const call = shapeErrors(target).failAtOnce as unknown as () => Promise<unknown>;
    await expect(call()).rejects.toEqual({ name: 'TypeError', message: 'no promise yet' });
  });

  it('leave answers and private state alone', async () => {
    expect(await reviveErrors(shapeErrors(target)).next()).toBe(2);
  });
});
