/**
 * Waits for something, but no longer than a deadline. Nothing of the wait keeps the process alive afterwards.
 *
 * @param deadlineMs - milliseconds. @returns whether it settled in time; what is late goes on by itself.
 * @throws what `work` rejects with, when that is in time.
 */
export async function settlesWithin(work: Promise<unknown>, deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
