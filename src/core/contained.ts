/**
 * A caller's function that cannot break the work which calls it: what it throws, or rejects with, goes to `onFault`, and the work
 * goes on.
 *
 * @param onFault - called with every fault; it must not throw.
 */
export function contained<Values extends readonly unknown[]>(
  call: (...values: Values) => unknown,
  onFault: (error: unknown) => void,
): (...values: Values) => void {
  return (...values) => {
    try {
      const returned = call(...values);
      if (isThenable(returned)) Promise.resolve(returned).catch(onFault);
    } catch (error) {
      onFault(error);
    }
  };
}

/**
 * What a caller's function returned that has to answer at once. A promise is no answer, and what it rejects with must not end the
 * process: whoever looks at the value refuses it.
 */
export function atOnce<T>(returned: T): T {
  if (isThenable(returned)) Promise.resolve(returned).catch(() => undefined);
  return returned;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
