/** Which calls a window times: one after the other, or each after other memory was touched. */
export type Heat = 'hot' | 'cold';

/** Asks a measured process for a window of calls; it answers with the time of each, microseconds. */
export interface WindowRequest {
  readonly heat: Heat;
  readonly nCalls: number;
}

/** Memory touched before a cold call: more than a core's own caches hold. */
const TOUCHED_BYTES = 32 << 20;
const CACHE_LINE = 64;

let sink = 0;

/**
 * Answers the requests of the parent process with windows of a call.
 *
 * @param call - gets the number of the call, from 0 on. @param read - reads what the caller of it has just written, untimed.
 */
export function serveWindows(call: (k: number) => number, read: (k: number) => number = () => 0): void {
  const touched = new Uint8Array(TOUCHED_BYTES);
  let k = 0;
  process.on('message', ({ heat, nCalls }: WindowRequest) => {
    const times = Array.from({ length: nCalls }, () => {
      if (heat === 'cold') for (let i = 0; i < touched.length; i += CACHE_LINE) touched[i]++;
      sink += read(k);
      return timeCall(call, k++);
    });
    if (Number.isNaN(sink)) throw new Error('a call gave no number');
    process.send?.(times);
  });
  process.on('disconnect', () => process.exit());
  process.send?.([]);
}

/** The clock is read once before, so that what it touches itself is not counted. */
function timeCall(call: (k: number) => number, k: number): number {
  process.hrtime.bigint();
  const start = process.hrtime.bigint();
  sink += call(k);
  return Number(process.hrtime.bigint() - start) / 1000;
}
