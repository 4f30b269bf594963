/**
 * Waits for work, but only for a time. No timer keeps the process alive afterwards.
 *
 * @param timeoutMs - milliseconds, in [0, 2^31 - 1]. @returns whether the work was fulfilled in time; late work goes on by itself.
 * @throws what the work rejects with, when that is in time.
 */
export async function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
