/** Errors across a worker's border: Comlink keeps name and message of an Error and drops its fields, so plain data is thrown. */
import type { ErrorShape } from '../api.ts';
import { toErrorShape } from './errors.ts';

type Methods = Record<string, unknown>;

/** The object's methods, rejecting with an `ErrorShape`; expose this instead of the object. */
export function shapeErrors<T extends object>(target: T): T {
  return intercept(target, (thrown) => toErrorShape(thrown));
}

/** The remote's methods, rejecting with an Error that carries the shape's fields. */
export function reviveErrors<T extends object>(remote: T): T {
  return intercept(remote, (thrown) =>
    thrown instanceof Error ? thrown : reviveError(thrown as ErrorShape),
  );
}

/** An Error again, with the shape's fields. */
export function reviveError(shape: ErrorShape): Error {
  return Object.assign(new Error(shape.message), shape);
}

function intercept<T extends object>(target: T, convert: (thrown: unknown) => unknown): T {
  return new Proxy(target, {
    get(object, key) {
      const member = (object as Methods)[key as string];
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        try {
          // Reflect, since `apply` of a Comlink proxy is a call of a remote member of that name.
          return await Reflect.apply(member, object, args);
        } catch (thrown) {
          throw convert(thrown);
        }
      };
    },
  });
}
