import { getJson } from '../api.ts';
import { quietly } from '../ask.ts';
import * as store from '../store.ts';
import type { Outcome, Shown } from '../types.ts';
import type { Missed } from './sequence.ts';

/** Number of records in one page. */
const PAGE = 500;

/** What is still to be loaded. */
let waiting: readonly Missed[] = [];
let isRunning = false;
/** What is shown while something could not be loaded. */
let said: string | null = null;

/** Loads records that the stream did not bring; what cannot be loaded now is tried again by {@link catchUp}. */
export function loadMissed(missed: readonly Missed[]): void {
  if (missed.length === 0) return;
  waiting = [...waiting, ...missed];
  void catchUp();
}

/** Loads what is missing, if anything is. */
export async function catchUp(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  while (waiting.length > 0) {
    const [first, ...rest] = waiting;
    const reached = await loadOne(first);
    if (reached < first.upTo) {
      waiting = [{ ...first, after: reached }, ...waiting.slice(1)];
      say(`stream: ${describe({ ...first, after: reached })} could not be loaded yet; it is tried again`);
      break;
    }
    waiting = [...rest, ...waiting.slice(1 + rest.length)];
    say(null);
  }
  isRunning = false;
}

/** Shows the sentence on the page and notes it once; null when all is there. */
function say(sentence: string | null): void {
  if (said !== null && store.problem.value === said) store.problem.value = null;
  if (sentence !== null && said === null) store.note(sentence);
  if (sentence !== null) store.problem.value = sentence;
  said = sentence;
}

function describe({ type, after, upTo }: Missed): string {
  const what = type === 'enriched' ? 'answers' : 'outcomes';
  return `${upTo - after} ${what} that came while nothing was heard (numbers ${after + 1} to ${upTo})`;
}

/** @returns the last number up to which nothing is missing any more. */
async function loadOne({ type, after, upTo }: Missed): Promise<number> {
  // The page shows no more than the newest: older ones need not be loaded.
  let reached = Math.max(after, upTo - store.MAX_SIGNALS);
  while (reached < upTo) {
    const from = reached;
    await quietly(async () => {
      reached = type === 'enriched' ? await loadSignals(from, upTo) : await loadOutcomes(from, upTo);
    });
    if (reached === from) break;
  }
  return reached;
}

async function loadSignals(after: number, upTo: number): Promise<number> {
  const { signals } = await getJson<{ signals: Shown[] }>(`/v1/signals?after_seq=${after}&limit=${PAGE}`);
  const due = signals.filter(({ enriched }) => (enriched.seq ?? 0) <= upTo);
  store.takeSignals(due.reverse());
  return Math.min(upTo, after + signals.length);
}

async function loadOutcomes(after: number, upTo: number): Promise<number> {
  const { outcomes } = await getJson<{ outcomes: Outcome[] }>(`/v1/outcomes?after_seq=${after}&limit=${PAGE}`);
  store.takeOutcomes(outcomes);
  return Math.min(upTo, after + outcomes.length);
}
