import { type BarColumns, BarSeries } from '../../domain/index.ts';
import type { BarSource, SourcedBars } from '../../ports/index.ts';
import { assertSame, caseWith } from '../assertions.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';

/** A place with some bars of one instrument, as {@link barSourceContract} uses it. */
export interface BarSourceSubject {
  readonly instrumentId: string;
  /** Every bar that is there, oldest first, at least two. */
  readonly bars: BarSeries;
  /** Opens a source on them, which may go on for ever. A second one begins as the first did. */
  open(): BarSource;
  dispose(): Promise<void>;
}

/** Makes a place with bars. */
export type BarSourceFactory = () => Promise<BarSourceSubject>;

type Check = (subject: BarSourceSubject) => Promise<void>;

/** Maximum time until the next bars, and until a source has ended, milliseconds: also on a busy machine. */
const LIMIT_MS = 20_000;

/**
 * What the documentation of the port {@link BarSource} promises, a case a promise.
 *
 * @param factory - makes a place with bars, for each case anew.
 * @example
 * for (const { name, run } of barSourceContract(makeMine)) test(name, run);
 */
export function barSourceContract(factory: BarSourceFactory): readonly ContractCase[] {
  const promises: readonly (readonly [string, Check])[] = [
    ['what comes has an instrument and at least one bar, and the bars keep their rules', bringsBars],
    ['every bar comes, as it is, and no other', bringsAllBars],
    ['it can be left early, and ends then', endsEarly],
    ['another one brings the bars again, as after a restart', bringsThemAgain],
  ];
  return promises.map(([name, check]) => caseWith(factory, name, check));
}

async function bringsBars(subject: BarSourceSubject): Promise<void> {
  for (const { instrumentId, bars } of await readAll(subject)) {
    assertSame('the instrument', instrumentId, subject.instrumentId);
    if (!(bars.length > 0)) throw new ContractError('at least one bar comes at a time: none came');
    try {
      BarSeries.fromColumns(bars);
    } catch (cause) {
      throw new ContractError(`bars keep their rules: ${String(cause)}`, { cause });
    }
  }
}

async function bringsAllBars(subject: BarSourceSubject): Promise<void> {
  const expected = barsByTime([subject]);
  for (const [ts, bar] of barsByTime(await readAll(subject))) assertSame(`the bar at ${ts}`, bar, expected.get(ts));
}

async function endsEarly(subject: BarSourceSubject): Promise<void> {
  const reading = subject.open()[Symbol.asyncIterator]();
  await within('the first bars come', reading.next());
  await within('a source that is left ends', Promise.resolve(reading.return?.()));
}

async function bringsThemAgain(subject: BarSourceSubject): Promise<void> {
  const first = barsByTime(await readAll(subject));
  assertSame('the bars of a second source', barsByTime(await readAll(subject)), first);
}

/** Reads a source until every bar of the subject has come, or it ends. @throws {ContractError} when bars are missing. */
async function readAll(subject: BarSourceSubject): Promise<readonly SourcedBars[]> {
  const missing = new Set(subject.bars.tsEvent);
  const read: SourcedBars[] = [];
  const reading = subject.open()[Symbol.asyncIterator]();
  while (missing.size > 0) {
    const next = await within(`${missing.size} bars are missing, and the next come`, reading.next());
    if (next.done === true)
      throw new ContractError(`every bar comes: the source ended, and ${missing.size} did not come`);
    read.push(next.value);
    for (const ts of next.value.bars.tsEvent) missing.delete(ts);
  }
  await within('a source that is left ends', Promise.resolve(reading.return?.()));
  return read;
}

/** The last word on every bar, by its time. */
function barsByTime(read: readonly { readonly bars: BarColumns }[]): ReadonlyMap<bigint, readonly unknown[]> {
  const found = new Map<bigint, readonly unknown[]>();
  for (const { bars } of read) {
    const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
    tsEvent.forEach((ts, i) => {
      found.set(ts, [open[i], high[i], low[i], close[i], volume[i], takerBuyVolume?.[i] ?? null]);
    });
  }
  return found;
}

/** @throws {ContractError} where the promise does not settle within the limit, or rejects. */
async function within<T>(promised: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ContractError(`${promised}: not within ${LIMIT_MS / 1000} seconds`);
    timer = setTimeout(() => reject(error), LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (cause) {
    if (cause instanceof ContractError) throw cause;
    throw new ContractError(`${promised}: it failed: ${String(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
