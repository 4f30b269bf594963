/**
 * Waits for a promise until a deadline. The timer is cleared, so that it does not keep the process alive.
 *
 * @param timeoutMs - milliseconds. @returns whether `work` settled in time; late work goes on and its result is ignored.
 * @throws what `work` rejects with, when that is in time.
 */
export async function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
